import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock.ts';
import type { Sleep } from '../../src/sources/api/sleep.ts';

/** Time that passes only when someone sleeps. */
export interface VirtualTime {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Milliseconds of every sleep that was not a request's time limit, in order. */
  readonly slept: readonly number[];
  /** The number of the time limit that began last. */
  latestLimit(): number;
  /** Lets a time limit run out. */
  expire(limit: number): void;
}

/** Sleeps end at once and move the clock on, but those of `timeoutMs`: these last until `expire` or their signal. */
export function virtualTime(timeoutMs: number, start = '2026-01-12T15:00:00Z'): VirtualTime {
  let now = Date.parse(start);
  const slept: number[] = [];
  const limits = new Map<number, () => void>();
  let limit = 0;
  return {
    clock: { now: () => new Date(now) },
    slept,
    latestLimit: () => limit,
    expire(which) {
      now += timeoutMs;
      limits.get(which)?.();
    },
    async sleep(ms, signal) {
      signal.throwIfAborted();
      if (ms !== timeoutMs) {
        slept.push(ms);
        const until = now + ms;
        await setImmediate(undefined);
        signal.throwIfAborted();
        now = Math.max(now, until);
        return;
      }
      limit += 1;
      const mine = limit;
      await new Promise<void>((resolve, reject) => {
        limits.set(mine, resolve);
        signal.addEventListener('abort', () => {
          limits.delete(mine);
          reject(signal.reason);
        });
      });
    },
  };
}
