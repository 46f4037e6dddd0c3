import { isBusy } from './faults.ts';

/** How a run waits for other users of the database. */
export interface Patience {
  readonly busyTimeoutMs: number;
  /** Waits; throws when the run is interrupted meanwhile. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** How long SQLite itself may wait at a time: it blocks the process, which sees no signal until it is back. */
export const BLOCKING_WAIT_MS = 100;

const PAUSE_MS = 50;

/**
 * The result of `attempt`, which is made again while another connection holds what it needs, up to the busy timeout.
 * Throws what the last attempt threw, and what `sleep` throws.
 */
export async function patiently<T>(patience: Patience, attempt: () => T | Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += BLOCKING_WAIT_MS + PAUSE_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || waited + BLOCKING_WAIT_MS >= patience.busyTimeoutMs) throw error;
    }
    await patience.sleep(PAUSE_MS);
  }
}
