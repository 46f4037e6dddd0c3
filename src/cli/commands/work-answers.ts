import type { Clock } from '../../domain/clock.ts';
import { type ChangedItem, cancelWork, listWork, resetStuck, retryFailed, retryItem } from '../../operations/work.ts';
import { lastSourceOptions } from '../../store/run-queries.ts';
import type { Db } from '../../store/schema.ts';
import { openToChange, openToRead } from '../../store/sqlite/open-store.ts';
import type { ListedItem } from '../../store/work-queries.ts';
import { jsonInstant } from '../json-values.ts';
import { type MendPlaces, mendWords, REMAKE_HINT } from '../mend-words.ts';
import type { OptionValues } from '../option-table.ts';
import { shellLine } from '../shell-words.ts';
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
  return withStore(openToChange, options, async ({ db, path }) => {
    const changed = await change(db);
    const places = { database: path, sourceOptions: await lastSourceOptions(db) };
    return {
      exitCode: 0,
      lines: (style) => changedLines(style, changed, places),
      document: { changed: changed.map((each) => changedDocument(each, places)) },
      notices: [],
    };
  });
}

function changedDocument({ item, from, remake }: ChangedItem, places: MendPlaces) {
  return {
    was: from,
    ...itemDocument(item),
    hint: remake === null ? null : REMAKE_HINT,
    commands: remake === null ? [] : [shellLine(mendWords(remake, places))],
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
