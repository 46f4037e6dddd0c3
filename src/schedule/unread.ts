import { toDbInstant } from '../domain/clock.ts';
import { PartitionError } from '../domain/errors.ts';
import { partitionKey, samePartition } from '../domain/partition.ts';
import { PIPELINES } from '../domain/stage.ts';
import type { Pipeline } from '../pipelines/pipeline.ts';
import { completeIdleItem, failedItems, itemsInRetryWait, reorderItem } from '../store/waiting-items.ts';
import { type WorkItem, wakeItem } from '../store/work-items.ts';
import { isUnread, type PlannedPartition } from './action.ts';
import { planPartitions } from './make-plan.ts';
import { keepPlanAnomalies } from './plan-anomalies.ts';
import { arm, itemKey, type RunContext } from './run-context.ts';
import { looksAtSource } from './schedule-options.ts';
import { loadWeekStates } from './weeks.ts';
import { ordersOf } from './work-orders.ts';

/** The ingest of an unread partition: an attempt that has failed already. */
export function failedIngest({ error }: PlannedPartition): Pipeline {
  return {
    stage: 'RAW',
    async prepare() {
      if (error === null) throw new Error('an unread partition carries why it is unread');
      throw new PartitionError({ ...error, transient: true });
    },
  };
}

/**
 * Plans the unread partitions among `lines` anew, and makes their work items, which have been woken, follow: what is
 * ingested now keeps the attempts it has spent. The other lines come back as they are.
 */
export async function readAgain(run: RunContext, lines: readonly PlannedPartition[]): Promise<PlannedPartition[]> {
  const partitions = lines.filter(isUnread).map(({ partition }) => partition);
  if (partitions.length === 0) return [...lines];
  const states = await loadWeekStates(run.store.db, run.options.weeks);
  const { planned } = await planPartitions(run.options, run.deps, partitions, states);
  run.log.plan(planned, states);
  run.deps.emit({ type: 'replanned', partitions: planned });
  await keepPlanAnomalies(run, planned);
  for (const line of planned) await reorder(run, line);
  const anew = new Map(planned.map((line) => [partitionKey(line.partition), line]));
  return lines.map((line) => anew.get(partitionKey(line.partition)) ?? line);
}

async function reorder(run: RunContext, line: PlannedPartition): Promise<void> {
  const key = itemKey(line.partition, 'RAW');
  const item = run.items.get(key);
  if (item === undefined) throw new Error(`nothing was ordered as ${key}`);
  const orders = ordersOf(line, run.options);
  const ingest = orders.find(({ pipeline }) => pipeline === item.pipeline);
  if (ingest === undefined) await settleIngest(run, line, item);
  else {
    const now = toDbInstant(run.deps.clock.now());
    await run.store.db.transaction().execute((trx) => reorderItem(trx, item.id, ingest.params, now));
    run.items.set(key, { ...item, params: ingest.params });
  }
  await arm(
    run,
    orders.filter((order) => order !== ingest),
  );
}

/**
 * Settles ingests that an earlier run left waiting for another attempt, and that the plan does without; and those that
 * failed for a version which the source has no more, since it is back at the one that is stored.
 */
export async function settleLeftovers(run: RunContext, planned: readonly PlannedPartition[]): Promise<void> {
  if (!looksAtSource(run.options)) return;
  const idle = planned.filter(({ stages }) => !stages.includes('RAW'));
  if (idle.length === 0) return;
  const partitions = idle.map(({ partition }) => partition);
  for (const item of await itemsInRetryWait(run.store.db, PIPELINES.RAW, partitions)) {
    const line = idle.find(({ partition }) => samePartition(partition, item.partition));
    if (line !== undefined) await settleIngest(run, line, item);
  }
  const unchanged = idle.filter(({ action, reason }) => action === 'skip' && reason === 'unchanged');
  if (unchanged.length === 0) return;
  const back = unchanged.map(({ partition }) => partition);
  for (const item of await failedItems(run.store.db, PIPELINES.RAW, back)) {
    const now = toDbInstant(run.deps.clock.now());
    await run.store.db.transaction().execute((trx) => completeIdleItem(trx, item, run.executor.worker, now));
  }
}

// Complete where the source has nothing new; otherwise it has nothing yet, and the item is good for another day.
async function settleIngest(run: RunContext, { action }: PlannedPartition, item: WorkItem): Promise<void> {
  const now = toDbInstant(run.deps.clock.now());
  await run.store.db.transaction().execute(async (trx) => {
    if (action === 'skip' || action === 'resume') await completeIdleItem(trx, item, run.executor.worker, now);
    else await wakeItem(trx, item.id, now);
  });
}
