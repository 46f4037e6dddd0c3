import { type DbInstant, toDbInstant } from '../domain/clock.ts';
import { FatalError } from '../domain/errors.ts';
import { type Pipeline, stageOf } from '../domain/stage.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { WorkState } from '../domain/work-state.ts';
import { partitionsOfWeek } from '../schedule/tier-split-state.ts';
import { resolveFailures } from '../store/anomalies.ts';
import type { Db, Trx } from '../store/schema.ts';
import { CANCELLED_FROM, cancelItem, REARMED_FROM, rearmItem, releaseItem } from '../store/work-changes.ts';
import { type ListedItem, listItems } from '../store/work-queries.ts';
import { type Mend, remakeOf } from './gaps.ts';

/** Which items to list; null means any. */
export interface WorkQuestion {
  readonly state: WorkState | null;
  readonly pipeline: Pipeline | null;
  readonly weekEnding: WeekEnding | null;
}

/** An item whose state an operator changed: as it is now, and what it was. */
export interface ChangedItem {
  readonly item: ListedItem;
  readonly from: WorkState;
  /** For a retried item that was COMPLETE: how to have it made again where it is current, which a retry does not. */
  readonly remake: Mend | null;
}

/** The work items that fit, the newest week first. */
export function listWork(db: Db, { state, pipeline, weekEnding }: WorkQuestion): Promise<ListedItem[]> {
  return listItems(db, {
    ...(state === null ? {} : { state }),
    ...(pipeline === null ? {} : { pipeline }),
    ...(weekEnding === null ? {} : { partitions: partitionsOfWeek(weekEnding) }),
  });
}

/**
 * Puts an item back to PENDING with no attempts spent; a run takes it up, or settles it where it is current. Throws FatalError
 * `unknown_work_item`, or `illegal_transition` for one that is PENDING already, or RUNNING.
 */
export function retryItem(db: Db, id: number, now: Date): Promise<ChangedItem> {
  return changeItem(db, id, now, { verb: 'retried', from: REARMED_FROM, apply: rearmItem });
}

/** Puts every FAILED item back to PENDING with no attempts spent. */
export function retryFailed(db: Db, now: Date): Promise<ChangedItem[]> {
  return db.transaction().execute(async (trx) => {
    const failed = await listItems(trx, { state: 'FAILED' });
    for (const { id } of failed) await rearmItem(trx, id, toDbInstant(now));
    return changedItems(trx, failed);
  });
}

/**
 * Cancels an item, which no run takes up until it is retried or forced, and resolves what its failures raised. Throws
 * FatalError `unknown_work_item`, or `illegal_transition` for one that is neither PENDING nor RETRY_WAIT.
 */
export function cancelWork(db: Db, id: number, now: Date): Promise<ChangedItem> {
  return changeItem(db, id, now, { verb: 'cancelled', from: CANCELLED_FROM, apply: cancelWithItsFailures });
}

async function cancelWithItsFailures(trx: Trx, id: number, now: DbInstant): Promise<boolean> {
  const [item] = await listItems(trx, { id });
  if (item === undefined || !(await cancelItem(trx, id, now))) return false;
  const at = { partition: item.partition, stage: stageOf(item.pipeline), runId: null, now };
  await resolveFailures(trx, at, `an operator cancelled work item ${id}`);
  return true;
}

/**
 * Releases the RUNNING items that were claimed more than `olderThanMs` ago: their process is taken for dead. One that is
 * alive after all finds its claim gone when it settles, and its rows roll back (DESIGN section 6).
 */
export function resetStuck(db: Db, olderThanMs: number, now: Date): Promise<ChangedItem[]> {
  const lockedBefore = toDbInstant(new Date(now.getTime() - olderThanMs));
  return db.transaction().execute(async (trx) => {
    const stuck = await listItems(trx, { state: 'RUNNING', lockedBefore });
    for (const { id } of stuck) await releaseItem(trx, id, lockedBefore, RELEASED, toDbInstant(now));
    return changedItems(trx, stuck);
  });
}

const RELEASED = 'released by an operator as stuck';

interface Change {
  readonly verb: string;
  /** The states the change is allowed from; `apply` guards them in SQL. */
  readonly from: readonly WorkState[];
  readonly apply: (trx: Trx, id: number, now: DbInstant) => Promise<boolean>;
}

function changeItem(db: Db, id: number, now: Date, change: Change): Promise<ChangedItem> {
  return db.transaction().execute(async (trx) => {
    const [before] = await listItems(trx, { id });
    if (before === undefined) throw unknownItem(id);
    if (!(await change.apply(trx, id, toDbInstant(now)))) throw illegal(before, change);
    const [changed] = await changedItems(trx, [before]);
    if (changed === undefined) throw unknownItem(id);
    return changed;
  });
}

async function changedItems(trx: Trx, before: readonly ListedItem[]): Promise<ChangedItem[]> {
  const changed: ChangedItem[] = [];
  for (const { id, state } of before) {
    for (const item of await listItems(trx, { id })) {
      const remake = state === 'COMPLETE' ? remakeOf(item.partition, item.pipeline) : null;
      changed.push({ item, from: state, remake });
    }
  }
  return changed;
}

function unknownItem(id: number): FatalError {
  return new FatalError({
    code: 'unknown_work_item',
    message: `work item ${id}: there is none of that id`,
    hint: 'see work list',
  });
}

const HINTS: Readonly<Partial<Record<WorkState, string>>> = {
  PENDING: 'nothing to do: the next run of its week takes it up, or settles it where it is current',
  RUNNING: 'wait for its run to end; if its process is dead, see work reset-stuck',
};

function illegal({ id, pipeline, partition, state }: ListedItem, { verb, from }: Change): FatalError {
  const name = `${pipeline} of ${partition.weekEnding} ${partition.tier}`;
  return new FatalError({
    code: 'illegal_transition',
    message: `work item ${id} (${name}) is ${state}; only ${either(from)} items can be ${verb}`,
    hint: HINTS[state] ?? 'see work list',
  });
}

function either(states: readonly WorkState[]): string {
  return `${states.slice(0, -1).join(', ')} or ${states.at(-1)}`;
}
