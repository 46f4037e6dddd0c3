import { setTimeout as wait } from 'node:timers/promises';
import type { ExitCode } from './exit-code.ts';
import { addressShown, type SendCall } from './http-call.ts';

/** A dead-man's switch: it is told that a run began and how it ended, and raises the alarm when nothing comes. */
export interface Heartbeat {
  /** Tells of the start, beside the run: nothing waits for the answer. */
  started(): void;
  /** Tells of the end. Resolves with what went wrong with either call, in words, and never rejects. */
  ended(code: ExitCode): Promise<string[]>;
}

/** How long the end of a run may wait for an answer to its start, and then for one to its end, in milliseconds. */
export interface HeartbeatPatience {
  readonly startMs: number;
  readonly endMs: number;
}

const PATIENCE: HeartbeatPatience = { startMs: 1000, endMs: 5000 };

/**
 * A heartbeat in healthchecks.io's manner: GET `<url>/start` at the start, `<url>` after exit 0, `<url>/<exit code>`
 * after any other. A query stays behind the path.
 */
export function createHeartbeat(url: string, send: SendCall, patience = PATIENCE): Heartbeat {
  const problems: string[] = [];
  const startGivenUp = new AbortController();
  let start: Promise<void> = Promise.resolve();

  async function tell(suffix: string, what: string, signal: AbortSignal): Promise<void> {
    try {
      await send({ method: 'GET', url: withSuffix(url, suffix), headers: {} }, signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(`${addressShown(url)} could not be told of the run's ${what}: ${reason}`);
    }
  }

  return {
    started() {
      start = tell('/start', 'start', startGivenUp.signal);
    },
    async ended(code) {
      // The start must not arrive after the end, nor a hanging one keep the end back for long.
      const settled = new AbortController();
      await Promise.race([start, wait(patience.startMs, undefined, { signal: settled.signal }).catch(() => {})]);
      settled.abort();
      startGivenUp.abort();
      await start;
      await tell(code === 0 ? '' : `/${code}`, 'end', AbortSignal.timeout(patience.endMs));
      return problems;
    },
  };
}

function withSuffix(url: string, suffix: string): string {
  const parsed = new URL(url);
  parsed.pathname = parsed.pathname.replace(/\/$/, '') + suffix;
  return parsed.href;
}
