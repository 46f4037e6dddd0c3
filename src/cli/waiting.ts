import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { FatalError } from '../domain/errors.ts';

/** The ways a run gives way; they throw the FatalError `interrupted` once it is interrupted. */
export interface Waiting {
  /** Lets signals in between statements. */
  readonly pause: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds of a clock that is never set, to measure a wait by. */
  readonly stopwatch: () => number;
  /** Aborted with the same error, for whatever else waits. */
  readonly signal: AbortSignal;
}

/** The ways to give way in a run that is interrupted when `interrupted` is aborted, with the reason's name. */
export function waiting(interrupted: AbortSignal): Waiting {
  const abort = new AbortController();
  const pass = () => abort.abort(interruption(String(interrupted.reason)));
  if (interrupted.aborted) pass();
  else interrupted.addEventListener('abort', pass, { once: true });
  const { signal } = abort;
  return {
    signal,
    async pause() {
      // SQLite's calls block; only a turn of the event loop lets a signal be seen.
      await nextTurn();
      signal.throwIfAborted();
    },
    async sleep(milliseconds) {
      try {
        await wait(milliseconds, undefined, { signal });
      } catch {
        signal.throwIfAborted();
      }
    },
    // Not `performance`, which takes a millisecond to load.
    stopwatch: () => Number(process.hrtime.bigint()) / NANOSECONDS_PER_MS,
  };
}

const NANOSECONDS_PER_MS = 1e6;

function interruption(signal: string): FatalError {
  return new FatalError({
    code: 'interrupted',
    message: `interrupted by ${signal}; what was committed stays, the stage under way was rolled back`,
    hint: 'run again: it goes on from there',
  });
}
