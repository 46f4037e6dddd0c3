import type { DbInstant } from '../domain/clock.ts';
import { statesBefore, type WorkState } from '../domain/work-state.ts';
import type { Trx } from './schema.ts';

/** The states that `rearmItem` takes an item from. A RUNNING one is its worker's: only its end or a release frees it. */
export const REARMED_FROM: readonly WorkState[] = statesBefore('PENDING').filter((state) => state !== 'RUNNING');

/** The states that `cancelItem` takes an item from. */
export const CANCELLED_FROM: readonly WorkState[] = statesBefore('CANCELLED');

/**
 * Puts an item back to PENDING with no attempts spent, due now (DESIGN section 6, "retry"); false when its state does
 * not allow it.
 */
export async function rearmItem(trx: Trx, id: number, now: DbInstant): Promise<boolean> {
  const result = await trx
    .updateTable('core_work_items')
    .set({
      state: 'PENDING',
      attempt_count: 0,
      desired_at: now,
      next_attempt_at: null,
      completed_at: null,
      updated_at: now,
    })
    .where('id', '=', id)
    .where('state', 'in', REARMED_FROM)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Cancels an item; false when its state does not allow it. */
export async function cancelItem(trx: Trx, id: number, now: DbInstant): Promise<boolean> {
  const result = await trx
    .updateTable('core_work_items')
    .set({ state: 'CANCELLED', next_attempt_at: null, updated_at: now })
    .where('id', '=', id)
    .where('state', 'in', CANCELLED_FROM)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Puts an item that has been RUNNING since before `lockedBefore` back to PENDING, and closes its execution. */
export async function releaseItem(
  trx: Trx,
  id: number,
  lockedBefore: DbInstant,
  reason: string,
  now: DbInstant,
): Promise<void> {
  const execution = await trx
    .selectFrom('core_work_items')
    .select('current_execution_id')
    .where('id', '=', id)
    .executeTakeFirst();
  const released = await trx
    .updateTable('core_work_items')
    .set({ state: 'PENDING', current_execution_id: null, locked_by: null, locked_at: null, updated_at: now })
    .where('id', '=', id)
    .where('state', '=', 'RUNNING')
    .where('locked_at', '<', lockedBefore)
    .executeTakeFirst();
  if (released.numUpdatedRows === 0n) return;
  await trx
    .updateTable('core_executions')
    .set({ ended_at: now, outcome: 'released', error: reason })
    .where('execution_id', '=', execution?.current_execution_id ?? null)
    .where('ended_at', 'is', null)
    .execute();
}
