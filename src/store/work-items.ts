import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, partitionKey, type StorePartition } from '../domain/partition.ts';
import type { Pipeline } from '../domain/stage.ts';
import { statesBefore, type WorkState } from '../domain/work-state.ts';
import type { Db, ExecutionOutcome, Trx } from './schema.ts';

/** A work item to be put to PENDING. */
export interface WorkOrder {
  readonly pipeline: Pipeline;
  readonly partition: StorePartition;
  readonly params: Readonly<Record<string, unknown>>;
  readonly priority: number;
  readonly maxAttempts: number;
}

/** A work item as an executor needs it. */
export interface WorkItem {
  readonly id: number;
  readonly pipeline: Pipeline;
  readonly partition: StorePartition;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Who claims items. */
export interface Worker {
  readonly runId: string | null;
  readonly host: string;
  readonly pid: number;
}

/** A claimed item: its execution is the fencing token that settling is guarded by. */
export interface Claim {
  readonly item: WorkItem;
  readonly executionId: number;
  readonly attempt: number;
  readonly maxAttempts: number;
}

/**
 * Puts an item of each order to PENDING with no attempts spent (DESIGN section 6): a new one, or the one there is,
 * unless it is RUNNING, or CANCELLED and not `force`. Returns the items that are PENDING now, in the orders' order.
 */
export async function armItems(
  trx: Trx,
  orders: readonly WorkOrder[],
  force: boolean,
  now: DbInstant,
): Promise<WorkItem[]> {
  const kept: WorkState[] = force ? ['RUNNING'] : ['RUNNING', 'CANCELLED'];
  const items: WorkItem[] = [];
  for (const order of orders) {
    const armed = {
      params_json: JSON.stringify(order.params),
      desired_at: now,
      priority: order.priority,
      state: 'PENDING' as const,
      attempt_count: 0,
      max_attempts: order.maxAttempts,
      next_attempt_at: null,
      completed_at: null,
      updated_at: now,
    };
    const item = await trx
      .insertInto('core_work_items')
      .values({
        domain: DOMAIN,
        pipeline: order.pipeline,
        partition_key: partitionKey(order.partition),
        created_at: now,
        ...armed,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['domain', 'pipeline', 'partition_key'])
          .doUpdateSet(armed)
          .where('core_work_items.state', 'not in', kept),
      )
      .returning('id')
      .executeTakeFirst();
    const { pipeline, partition, params } = order;
    if (item !== undefined) items.push({ id: item.id, pipeline, partition, params });
  }
  return items;
}

/** When an item that waits for its next attempt may have it; null when it does not wait. */
export async function nextAttemptAt(db: Db, id: number): Promise<DbInstant | null> {
  const item = await db
    .selectFrom('core_work_items')
    .select('next_attempt_at')
    .where('id', '=', id)
    .where('state', '=', 'RETRY_WAIT')
    .executeTakeFirst();
  return item?.next_attempt_at ?? null;
}

/** Puts a waiting item to PENDING for its next attempt, keeping the attempts it has spent. */
export async function wakeItem(trx: Trx, id: number, now: DbInstant): Promise<void> {
  await trx
    .updateTable('core_work_items')
    .set({ state: 'PENDING', next_attempt_at: null, updated_at: now })
    .where('id', '=', id)
    .where('state', '=', 'RETRY_WAIT')
    .execute();
}

/**
 * Claims the item for one worker, or returns null when it is not to be had: the guard in SQL lets one claimant win. A
 * RUNNING item last touched before `abandonedBefore` belongs to a dead process and is claimed again.
 */
export async function claimItem(
  trx: Trx,
  item: WorkItem,
  worker: Worker,
  now: DbInstant,
  abandonedBefore: DbInstant,
): Promise<Claim | null> {
  const claimed = await trx
    .updateTable('core_work_items')
    .set((eb) => ({
      state: 'RUNNING' as const,
      attempt_count: eb('attempt_count', '+', 1),
      locked_by: `${worker.host}:${worker.pid}`,
      locked_at: now,
      updated_at: now,
      next_attempt_at: null,
    }))
    .where('id', '=', item.id)
    .where((eb) =>
      eb.or([
        eb('state', 'in', statesBefore('RUNNING')),
        eb.and([eb('state', '=', 'RUNNING'), eb('locked_at', '<', abandonedBefore)]),
      ]),
    )
    .returning(['attempt_count', 'max_attempts', 'current_execution_id'])
    .executeTakeFirst();
  if (claimed === undefined) return null;
  if (claimed.current_execution_id !== null)
    await closeExecution(trx, claimed.current_execution_id, 'released', null, now);
  const { execution_id } = await trx
    .insertInto('core_executions')
    .values({
      item_id: item.id,
      run_id: worker.runId,
      attempt: claimed.attempt_count,
      started_at: now,
      host: worker.host,
      pid: worker.pid,
    })
    .returning('execution_id')
    .executeTakeFirstOrThrow();
  await trx
    .updateTable('core_work_items')
    .set({ current_execution_id: execution_id, latest_execution_id: execution_id })
    .where('id', '=', item.id)
    .execute();
  return { item, executionId: execution_id, attempt: claimed.attempt_count, maxAttempts: claimed.max_attempts };
}

/** How an execution ended. */
export interface Settlement {
  readonly state: Extract<WorkState, 'COMPLETE' | 'RETRY_WAIT' | 'FAILED' | 'PENDING'>;
  readonly outcome: ExecutionOutcome;
  readonly error: string | null;
  readonly nextAttemptAt: DbInstant | null;
  /** Whether the attempt counts; an item put back because its input was not ready has spent none. */
  readonly attemptSpent: boolean;
}

/**
 * Ends a claim; false when the claim is no longer this worker's, in which case the caller's transaction must roll back
 * (the fencing of DESIGN section 6).
 */
export async function settleClaim(trx: Trx, claim: Claim, settlement: Settlement, now: DbInstant): Promise<boolean> {
  const settled = await trx
    .updateTable('core_work_items')
    .set((eb) => ({
      state: settlement.state,
      attempt_count: settlement.attemptSpent ? eb.ref('attempt_count') : eb('attempt_count', '-', 1),
      ...(settlement.error === null ? {} : { last_error: settlement.error, last_error_at: now }),
      next_attempt_at: settlement.nextAttemptAt,
      completed_at: settlement.state === 'COMPLETE' ? now : null,
      current_execution_id: null,
      locked_by: null,
      locked_at: null,
      updated_at: now,
    }))
    .where('id', '=', claim.item.id)
    .where('state', '=', 'RUNNING')
    .where('current_execution_id', '=', claim.executionId)
    .executeTakeFirst();
  if (settled.numUpdatedRows === 0n) return false;
  await closeExecution(trx, claim.executionId, settlement.outcome, settlement.error, now);
  return true;
}

/**
 * Puts the RUNNING items that a run claimed back to PENDING and closes their executions: the run is over, or known to be
 * dead. Returns how many there were.
 */
export async function releaseItemsOf(trx: Trx, runId: string, reason: string, now: DbInstant): Promise<number> {
  const running = await trx
    .selectFrom('core_work_items as item')
    .innerJoin('core_executions as execution', 'execution.execution_id', 'item.current_execution_id')
    .select(['item.id', 'execution.execution_id'])
    .where('item.state', '=', 'RUNNING')
    .where('execution.run_id', '=', runId)
    .execute();
  for (const { id, execution_id } of running) {
    await trx
      .updateTable('core_work_items')
      .set({ state: 'PENDING', current_execution_id: null, locked_by: null, locked_at: null, updated_at: now })
      .where('id', '=', id)
      .execute();
    await closeExecution(trx, execution_id, 'released', reason, now);
  }
  return running.length;
}

async function closeExecution(
  trx: Trx,
  executionId: number,
  outcome: ExecutionOutcome,
  error: string | null,
  now: DbInstant,
): Promise<void> {
  await trx
    .updateTable('core_executions')
    .set({ ended_at: now, outcome, error })
    .where('execution_id', '=', executionId)
    .where('ended_at', 'is', null)
    .execute();
}
