import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, parsePartitionKey, partitionKey, type StorePartition } from '../domain/partition.ts';
import type { Pipeline } from '../domain/stage.ts';
import { WORK_STATES, type WorkState } from '../domain/work-state.ts';
import type { Db } from './schema.ts';

/** A work item as an operator sees it. */
export interface ListedItem {
  readonly id: number;
  readonly pipeline: Pipeline;
  readonly partition: StorePartition;
  readonly state: WorkState;
  readonly priority: number;
  readonly attemptCount: number;
  readonly maxAttempts: number;
  readonly lastError: string | null;
  readonly lastErrorAt: DbInstant | null;
  readonly desiredAt: DbInstant;
  readonly nextAttemptAt: DbInstant | null;
  /** `host:pid` of the process that has it. */
  readonly lockedBy: string | null;
  readonly lockedAt: DbInstant | null;
  readonly updatedAt: DbInstant;
  readonly completedAt: DbInstant | null;
}

/** Which items are meant; what is left out does not matter. */
export interface ItemFilter {
  readonly id?: number;
  readonly state?: WorkState;
  readonly pipeline?: Pipeline;
  readonly partitions?: readonly StorePartition[];
  readonly lockedBefore?: DbInstant;
}

/** The items that fit `filter`: the newest week first, its items in the order they were made. */
export async function listItems(db: Db, { partitions, lockedBefore, ...equal }: ItemFilter): Promise<ListedItem[]> {
  let query = db
    .selectFrom('core_work_items')
    .select(['id', 'pipeline', 'partition_key', 'state', 'priority', 'attempt_count', 'max_attempts', 'desired_at'])
    .select(['last_error', 'last_error_at', 'next_attempt_at', 'locked_by', 'locked_at', 'updated_at', 'completed_at'])
    .where((eb) => eb.and({ domain: DOMAIN, ...equal }))
    .orderBy('id');
  if (partitions !== undefined) query = query.where('partition_key', 'in', partitions.map(partitionKey));
  if (lockedBefore !== undefined) query = query.where('locked_at', '<', lockedBefore);
  const rows = await query.execute();
  const items = rows.map(
    (row): ListedItem => ({
      id: row.id,
      pipeline: row.pipeline,
      partition: parsePartitionKey(row.partition_key),
      state: row.state,
      priority: row.priority,
      attemptCount: row.attempt_count,
      maxAttempts: row.max_attempts,
      lastError: row.last_error,
      lastErrorAt: row.last_error_at,
      desiredAt: row.desired_at,
      nextAttemptAt: row.next_attempt_at,
      lockedBy: row.locked_by,
      lockedAt: row.locked_at,
      updatedAt: row.updated_at,
      completedAt: row.completed_at,
    }),
  );
  return items.sort((a, b) => b.partition.weekEnding.localeCompare(a.partition.weekEnding));
}

/** How many items are in each state, 0 included. */
export async function countItems(db: Db): Promise<Record<WorkState, number>> {
  const rows = await db
    .selectFrom('core_work_items')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('domain', '=', DOMAIN)
    .groupBy('state')
    .execute();
  const counts = Object.fromEntries(WORK_STATES.map((state) => [state, 0])) as Record<WorkState, number>;
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}
