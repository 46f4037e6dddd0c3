import { isBusy } from './faults.ts';

/** How a run waits for other users of the database. */
export interface Patience {
  readonly busyTimeoutMs: number;
  /** Waits; throws when the run is interrupted meanwhile. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds of a clock that is never set, since whenever. */
  readonly stopwatch: () => number;
}

/** How long SQLite itself may wait at a time: it blocks the process, which sees no signal until it is back. */
export const BLOCKING_WAIT_MS = 100;

const PAUSE_MS = 50;

/**
 * The result of `attempt`, which is made again while another connection holds what it needs, up to the busy timeout.
 * Throws what the last attempt threw, which is made when that time is over, and what `sleep` throws.
 */
export async function patiently<T>(patience: Patience, attempt: () => T | Promise<T>): Promise<T> {
  // Measured, since SQLite does not always wait before it says that it is busy: a switch to WAL mode never does.
  const until = patience.stopwatch() + patience.busyTimeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      const left = until - patience.stopwatch();
      if (left <= 0) throw error;
      await patience.sleep(Math.min(PAUSE_MS, left));
    }
  }
}

/**
 * As `patiently`, for all that a run does: beyond the busy timeout an attempt may also use what is left of `reserveMs`,
 * which is there once, so that a run whose patience is at its end does not begin it anew with its next transaction.
 */
export function withReserve(patience: Patience, reserveMs: number): <T>(attempt: () => T | Promise<T>) => Promise<T> {
  let left = reserveMs;
  return async (attempt) => {
    const began = patience.stopwatch();
    try {
      return await patiently({ ...patience, busyTimeoutMs: patience.busyTimeoutMs + left }, attempt);
    } finally {
      left -= Math.min(left, Math.max(0, patience.stopwatch() - began - patience.busyTimeoutMs));
    }
  };
}
