import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, partitionKey, type StorePartition } from '../domain/partition.ts';
import type { Pipeline } from '../domain/stage.ts';
import type { Db, Trx } from './schema.ts';
import { claimItem, settleClaim, type Worker, type WorkItem, type WorkOrder } from './work-items.ts';

/** The items of a pipeline that wait for their next attempt, among those of `partitions`. */
export async function itemsInRetryWait(
  db: Db,
  pipeline: Pipeline,
  partitions: readonly StorePartition[],
): Promise<WorkItem[]> {
  return itemsIn(db, 'RETRY_WAIT', pipeline, partitions);
}

async function itemsIn(
  db: Db,
  state: 'FAILED' | 'RETRY_WAIT',
  pipeline: Pipeline,
  partitions: readonly StorePartition[],
): Promise<WorkItem[]> {
  const byKey = new Map(partitions.map((partition) => [partitionKey(partition), partition]));
  const rows = await db
    .selectFrom('core_work_items')
    .select(['id', 'partition_key', 'params_json'])
    .where('domain', '=', DOMAIN)
    .where('pipeline', '=', pipeline)
    .where('state', '=', state)
    .where('partition_key', 'in', [...byKey.keys()])
    .execute();
  return rows.flatMap((row) => {
    const partition = byKey.get(row.partition_key);
    return partition === undefined ? [] : [{ id: row.id, pipeline, partition, params: JSON.parse(row.params_json) }];
  });
}

/** The ingests that failed, among those of `partitions`. */
export async function failedItems(
  db: Db,
  pipeline: Pipeline,
  partitions: readonly StorePartition[],
): Promise<WorkItem[]> {
  return itemsIn(db, 'FAILED', pipeline, partitions);
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

/** Ends an item that waits, failed or may be attempted, as complete: there is nothing to do for it. */
export async function completeIdleItem(trx: Trx, item: WorkItem, worker: Worker, now: DbInstant): Promise<void> {
  await trx
    .updateTable('core_work_items')
    .set({ state: 'PENDING', next_attempt_at: null, updated_at: now })
    .where('id', '=', item.id)
    .where('state', 'in', ['RETRY_WAIT', 'FAILED'])
    .execute();
  const claim = await claimItem(trx, item, worker, now, now);
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
