import { toDbInstant } from '../../src/domain/clock.ts';
import type { WorkState } from '../../src/domain/work-state.ts';
import type { Store } from '../../src/store/store.ts';
import {
  armItems,
  type Claim,
  claimItem,
  type Settlement,
  settleClaim,
  type WorkItem,
} from '../../src/store/work-items.ts';

const ARMED_AT = new Date('2026-01-12T10:00:00.000Z');
export const CLAIMED_AT = new Date('2026-01-12T11:00:00.000Z');

const PARTITION = { weekEnding: '2025-12-19', tier: 'OTC' } as const;
const WORKER = { runId: 'run-1', host: 'pod-1', pid: 7 };

const SETTLED: Readonly<Partial<Record<WorkState, Pick<Settlement, 'state' | 'outcome'>>>> = {
  COMPLETE: { state: 'COMPLETE', outcome: 'complete' },
  FAILED: { state: 'FAILED', outcome: 'failed' },
  RETRY_WAIT: { state: 'RETRY_WAIT', outcome: 'retry_wait' },
};

/** Puts an item to PENDING, as a run does. */
export async function arm(store: Store, partition: WorkItem['partition'] = PARTITION): Promise<WorkItem> {
  const order = { pipeline: 'ingest_week', partition, params: {}, priority: 25, maxAttempts: 3 } as const;
  const [item] = await store.db.transaction().execute((trx) => armItems(trx, [order], true, toDbInstant(ARMED_AT)));
  if (item === undefined) throw new Error('the item was not armed');
  return item;
}

/** Claims an item, as a worker does. */
export async function claim(store: Store, item: WorkItem, at: Date = CLAIMED_AT): Promise<Claim> {
  const now = toDbInstant(at);
  const claimed = await store.db.transaction().execute((trx) => claimItem(trx, item, WORKER, now, now));
  if (claimed === null) throw new Error('the item was not to be had');
  return claimed;
}

/** Settles a claim, as a worker does; false when the claim is no longer its own. */
export function settle(store: Store, claimed: Claim, state: 'COMPLETE' | 'FAILED' | 'RETRY_WAIT'): Promise<boolean> {
  const settlement: Settlement = {
    ...(SETTLED[state] ?? { state, outcome: 'complete' }),
    error: state === 'COMPLETE' ? null : 'the file is cut off',
    nextAttemptAt: state === 'RETRY_WAIT' ? '2026-01-12 11:05:00.000' : null,
    attemptSpent: true,
  };
  return store.db.transaction().execute((trx) => settleClaim(trx, claimed, settlement, toDbInstant(CLAIMED_AT)));
}
