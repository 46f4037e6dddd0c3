import type { Clock } from '../../domain/clock.ts';
import { type ChangedItem, cancelWork, listWork, resetStuck, retryFailed, retryItem } from '../../operations/work.ts';
import type { Db } from '../../store/schema.ts';
import { openToChange, openToRead } from '../../store/sqlite/open-store.ts';
import type { ListedItem } from '../../store/work-queries.ts';
import { jsonInstant } from '../json-values.ts';
import type { OptionValues } from '../option-table.ts';
import { changedLines, workListLines } from '../text/work-lines.ts';
import { type Answer, movedNotices } from './command.ts';
import { type PlaceOptions, withStore } from './with-store.ts';

/** The work items that fit. */
export async function listAnswer(
  options: PlaceOptions & Pick<OptionValues, 'state' | 'pipeline' | 'week'>,
): Promise<Answer> {
  const { state, pipeline, week } = options;
  const question = { state, pipeline, weekEnding: week?.weekEnding ?? null };
  const items = await withStore(openToRead, options, ({ db }) => listWork(db, question));
  return {
    exitCode: 0,
    lines: (style) => workListLines(style, items),
    document: { work_items: items.map(itemDocument) },
    notices: movedNotices([week?.movedDate]),
  };
}

type ChangeOptions = PlaceOptions & Pick<OptionValues, 'allowNetworkFs'>;

/** Puts one item back to PENDING, or every FAILED one where `id` is null. */
export function retryAnswer(options: ChangeOptions, id: number | null, clock: Clock): Promise<Answer> {
  return changeAnswer(options, async (db) =>
    id === null ? retryFailed(db, clock.now()) : [await retryItem(db, id, clock.now())],
  );
}

/** Cancels one item. */
export function cancelAnswer(options: ChangeOptions, id: number, clock: Clock): Promise<Answer> {
  return changeAnswer(options, async (db) => [await cancelWork(db, id, clock.now())]);
}

/** Releases RUNNING items of dead processes. */
export function resetAnswer(options: ChangeOptions & Pick<OptionValues, 'olderThan'>, clock: Clock): Promise<Answer> {
  return changeAnswer(options, (db) => resetStuck(db, options.olderThan, clock.now()));
}

async function changeAnswer(options: ChangeOptions, change: (db: Db) => Promise<ChangedItem[]>): Promise<Answer> {
  const changed = await withStore(openToChange, options, ({ db }) => change(db));
  return {
    exitCode: 0,
    lines: (style) => changedLines(style, changed),
    document: { changed: changed.map(({ item, from }) => ({ was: from, ...itemDocument(item) })) },
    notices: [],
  };
}

function itemDocument(item: ListedItem) {
  return {
    id: item.id,
    pipeline: item.pipeline,
    week_ending: item.partition.weekEnding,
    tier: item.partition.tier,
    state: item.state,
    priority: item.priority,
    attempt_count: item.attemptCount,
    max_attempts: item.maxAttempts,
    last_error: item.lastError,
    last_error_at: jsonInstant(item.lastErrorAt),
    desired_at: jsonInstant(item.desiredAt),
    next_attempt_at: jsonInstant(item.nextAttemptAt),
    locked_by: item.lockedBy,
    locked_at: jsonInstant(item.lockedAt),
    updated_at: jsonInstant(item.updatedAt),
    completed_at: jsonInstant(item.completedAt),
  };
}
