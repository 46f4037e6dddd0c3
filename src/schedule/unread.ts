import { toDbInstant } from '../domain/clock.ts';
import { PartitionError } from '../domain/errors.ts';
import { partitionKey } from '../domain/partition.ts';
import type { Pipeline } from '../pipelines/pipeline.ts';
import { reorderItem } from '../store/waiting-items.ts';
import { isUnread, type PlannedPartition } from './action.ts';
import { leftAloneNotices } from './left-alone.ts';
import { settleLeftovers } from './leftovers.ts';
import { planPartitions } from './make-plan.ts';
import { keepPlanAnomalies } from './plan-anomalies.ts';
import { arm, itemKey, type RunContext } from './run-context.ts';
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
 * ingested now keeps the attempts it has spent, what there is nothing to do for is settled. The other lines come back as
 * they are.
 */
export async function readAgain(run: RunContext, lines: readonly PlannedPartition[]): Promise<PlannedPartition[]> {
  const partitions = lines.filter(isUnread).map(({ partition }) => partition);
  if (partitions.length === 0) return [...lines];
  const states = await loadWeekStates(run.store.db, run.options.weeks);
  const { planned } = await planPartitions(run.options, run.deps, partitions, states);
  run.log.plan(planned, states);
  run.deps.emit({ type: 'replanned', partitions: planned });
  for (const notice of leftAloneNotices(planned)) run.log.notice(notice);
  await keepPlanAnomalies(run, planned);
  for (const line of planned) await reorder(run, line);
  await settleLeftovers(run, planned, states);
  const anew = new Map(planned.map((line) => [partitionKey(line.partition), line]));
  return lines.map((line) => anew.get(partitionKey(line.partition)) ?? line);
}

async function reorder(run: RunContext, line: PlannedPartition): Promise<void> {
  const key = itemKey(line.partition, 'RAW');
  const item = run.items.get(key);
  if (item === undefined) throw new Error(`nothing was ordered as ${key}`);
  const orders = ordersOf(line, run.options);
  const ingest = orders.find(({ pipeline }) => pipeline === item.pipeline);
  if (ingest !== undefined) {
    const now = toDbInstant(run.deps.clock.now());
    await run.store.db.transaction().execute((trx) => reorderItem(trx, item.id, ingest.params, now));
    run.items.set(key, { ...item, params: ingest.params });
  }
  await arm(
    run,
    orders.filter((order) => order !== ingest),
  );
}
