import type { Clock } from '../../domain/clock.ts';
import type { PartitionError } from '../../domain/errors.ts';
import { tooLarge, unavailable } from './api-error.ts';
import { type Attempt, type AttemptDeps, attempt, type HttpAnswer } from './attempt.ts';
import { backoffMs, LONGEST_WISH_MS, retryAfterMs } from './backoff.ts';
import type { HttpRequest } from './http.ts';
import type { Pacer } from './pacer.ts';

export interface SenderDeps extends AttemptDeps {
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly maxTries: number;
  readonly userAgent: string;
}

/**
 * Sends a request until the server answers with anything but 429 and 5xx. `what` names it in messages. Throws a
 * transient `PartitionError` when the tries are used up, `too_large` when the answer is longer than `maxBytes`.
 */
export type Sender = (request: HttpRequest, what: string, maxBytes: number) => Promise<HttpAnswer>;

// A run does not wait longer than this: what the server puts off further is left to a later attempt.
const LONGEST_WAIT_MS = 120_000;

/**
 * A sender that is polite (one pacer for all requests) and patient (jittered waits that grow; Retry-After is obeyed).
 */
export function createSender(deps: SenderDeps): Sender {
  const { pacer, clock, sleep, signal, maxTries, userAgent } = deps;
  const now = () => clock.now().getTime();

  let closedUntil = 0;

  function refuseWhileClosed(what: string): void {
    if (now() < closedUntil) throw unavailable('throttled', `${what} was not asked: the API wants no request for now`);
  }

  async function takeToken(what: string): Promise<void> {
    refuseWhileClosed(what);
    do {
      signal.throwIfAborted();
      const wait = pacer.reserve(now());
      if (wait > 0) await sleep(wait, signal);
      // Another request may have been told to leave the API alone while this one waited for its turn.
      refuseWhileClosed(what);
    } while (pacer.isHeld(now()));
  }

  return async (unsigned, what, maxBytes) => {
    const request = { ...unsigned, headers: { 'user-agent': userAgent, ...unsigned.headers } };
    for (let tries = 1; ; tries++) {
      await takeToken(what);
      const outcome = await attempt(deps, request, maxBytes);
      if (outcome.kind === 'answer' && !isTransient(outcome.answer.status)) {
        if (outcome.answer.status === 200 && !outcome.answer.whole) throw tooLarge(what);
        return outcome.answer;
      }
      const asked = outcome.kind === 'answer' ? retryAfterMs(outcome.answer.header('retry-after'), now()) : null;
      const wait = Math.max(backoffMs(tries, deps.random()), asked ?? 0);
      const tooLong = wait > LONGEST_WAIT_MS;
      if (isThrottled(outcome) && tooLong) closedUntil = now() + wait;
      if (tries >= maxTries || tooLong) throw gaveUp(outcome, what, tries, asked);
      if (isThrottled(outcome)) pacer.holdUntil(now() + wait);
      await sleep(wait, signal);
    }
  };
}

function isTransient(status: number): boolean {
  return status === 429 || status >= 500;
}

function isThrottled(outcome: Attempt): boolean {
  return outcome.kind === 'answer' && outcome.answer.status === 429;
}

function gaveUp(outcome: Attempt, what: string, tries: number, asked: number | null): PartitionError {
  const after = `after ${tries} ${tries === 1 ? 'try' : 'tries'}`;
  if (outcome.kind === 'fault') return unavailable(outcome.code, `${what}: ${outcome.detail}, ${after}`);
  const wish = asked === null ? '' : `, asking to wait ${waitText(asked)}`;
  const code = isThrottled(outcome) ? 'throttled' : 'http_status';
  return unavailable(code, `${what} answered HTTP ${outcome.answer.status}${wish}, ${after}`);
}

function waitText(ms: number): string {
  return ms >= LONGEST_WISH_MS ? 'a day or more' : `${Math.ceil(ms / 1000)} s`;
}
