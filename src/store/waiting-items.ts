import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, partitionKey, type StorePartition } from '../domain/partition.ts';
import type { WorkState } from '../domain/work-state.ts';
import type { Db, Trx } from './schema.ts';
import { claimItem, settleClaim, type Worker, type WorkItem, type WorkOrder } from './work-items.ts';

/** The states of an item that nobody works on, and that is not over for good. */
const OPEN_STATES = ['PENDING', 'RETRY_WAIT', 'FAILED'] as const satisfies readonly WorkState[];

/** A work item that may be attempted, waits for that, or failed. */
export interface OpenItem extends WorkItem {
  readonly state: (typeof OPEN_STATES)[number];
}

/** The items of `partitions` that are PENDING, RETRY_WAIT or FAILED. */
export async function openItems(db: Db, partitions: readonly StorePartition[]): Promise<OpenItem[]> {
  const byKey = new Map(partitions.map((partition) => [partitionKey(partition), partition]));
  const rows = await db
    .selectFrom('core_work_items')
    .select(['id', 'pipeline', 'partition_key', 'params_json', 'state'])
    .where('domain', '=', DOMAIN)
    .where('state', 'in', OPEN_STATES)
    .where('partition_key', 'in', [...byKey.keys()])
    .orderBy('id')
    .$narrowType<Pick<OpenItem, 'state'>>()
    .execute();
  return rows.flatMap(({ id, pipeline, partition_key, params_json, state }) => {
    const partition = byKey.get(partition_key);
    return partition === undefined ? [] : [{ id, pipeline, partition, params: JSON.parse(params_json), state }];
  });
}

/** Gives a PENDING item other params, keeping the attempts it has spent. */
export async function reorderItem(trx: Trx, id: number, params: WorkOrder['params'], now: DbInstant): Promise<void> {
  await trx
    .updateTable('core_work_items')
    .set({ params_json: JSON.stringify(params), updated_at: now })
    .where('id', '=', id)
    .where('state', '=', 'PENDING')
    .execute();
}

/**
 * Ends an open item as complete, since there is nothing to do for it: by way of PENDING and a claim, as DESIGN section 6
 * has it. An item that another worker took meanwhile is left to it.
 */
export async function completeOpenItem(trx: Trx, item: OpenItem, worker: Worker, now: DbInstant): Promise<void> {
  if (item.state !== 'PENDING') await reopenItem(trx, item, now);
  // Its state guards the claim: nothing RUNNING is taken for abandoned here.
  const claim = await claimItem(trx, item, worker, now, '');
  if (claim === null) return;
  const done = {
    state: 'COMPLETE',
    outcome: 'complete',
    error: null,
    nextAttemptAt: null,
    attemptSpent: true,
  } as const;
  await settleClaim(trx, claim, done, now);
}

// A failed item begins anew; one that waits for its next attempt goes on counting.
async function reopenItem(trx: Trx, { id, state }: OpenItem, now: DbInstant): Promise<void> {
  await trx
    .updateTable('core_work_items')
    .set({
      state: 'PENDING',
      next_attempt_at: null,
      updated_at: now,
      ...(state === 'FAILED' ? { attempt_count: 0 } : {}),
    })
    .where('id', '=', id)
    .where('state', '=', state)
    .execute();
}
