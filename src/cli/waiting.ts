import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { FatalError } from '../domain/errors.ts';

/**
 * The two ways a run gives way: `pause` lets signals in between statements, `sleep` waits. Both throw the FatalError
 * `interrupted` once `interrupted` is aborted.
 */
export function waiting(interrupted: AbortSignal): {
  pause: () => Promise<void>;
  sleep: (milliseconds: number) => Promise<void>;
} {
  const check = () => {
    if (interrupted.aborted) throw interruption(String(interrupted.reason));
  };
  return {
    async pause() {
      // SQLite's calls block; only a turn of the event loop lets a signal be seen.
      await nextTurn();
      check();
    },
    async sleep(milliseconds) {
      try {
        await wait(milliseconds, undefined, { signal: interrupted });
      } catch {
        check();
      }
    },
  };
}

function interruption(signal: string): FatalError {
  return new FatalError({
    code: 'interrupted',
    message: `interrupted by ${signal}; what was committed stays, the stage under way was rolled back`,
    hint: 'run again: it goes on from there',
  });
}
