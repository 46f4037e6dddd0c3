import { type CalendarDate, daysBetween } from '../domain/calendar-date.ts';
import { captureId } from '../domain/capture-id.ts';
import { type DbInstant, fromDbInstant, toDbInstant } from '../domain/clock.ts';
import { DOMAIN, type StorePartition } from '../domain/partition.ts';
import { deleteCalcRows, deleteCapture } from './capture-rows.ts';
import type { CapturesTable, Db, Trx } from './schema.ts';

/** What names a capture in the other tables. */
export interface CaptureRef {
  readonly captureKey: number;
  readonly captureId: string;
  readonly contentHash: string;
}

/** A capture that an ingest is about to fill. */
export interface NewCapture {
  readonly partition: StorePartition;
  readonly runDate: CalendarDate;
  readonly source: 'file' | 'api';
  readonly locator: string;
  readonly now: DbInstant;
}

/**
 * Makes a staged capture without rows, in place of a staged or rejected one of the same id, and returns its key. An
 * accepted capture of that id stays until the new one is accepted (DESIGN section 4, "A capture's life").
 */
export async function stageCapture(trx: Trx, capture: NewCapture): Promise<number> {
  const id = captureId(capture.partition, capture.runDate);
  const replaced = await trx
    .selectFrom('core_captures')
    .select('capture_key')
    .where('capture_id', '=', id)
    .where('state', 'in', ['staged', 'rejected'])
    .executeTakeFirst();
  if (replaced !== undefined) await deleteCapture(trx, replaced.capture_key);
  const { capture_key } = await trx
    .insertInto('core_captures')
    .values({
      capture_id: id,
      domain: DOMAIN,
      week_ending: capture.partition.weekEnding,
      tier: capture.partition.tier,
      state: 'staged',
      content_hash: '',
      source: capture.source,
      locator: capture.locator,
      summary_types: '',
      run_date: capture.runDate,
      ingested_at: capture.now,
      byte_count: 0,
      raw_count: 0,
    })
    .returning('capture_key')
    .executeTakeFirstOrThrow();
  return capture_key;
}

/** Fills in what is known of a staged capture once its source was read to the end. */
export async function describeCapture(
  trx: Trx,
  captureKey: number,
  found: Pick<CapturesTable, 'content_hash' | 'byte_count' | 'raw_count' | 'summary_types'>,
): Promise<void> {
  await trx.updateTable('core_captures').set(found).where('capture_key', '=', captureKey).execute();
}

/** What normalizing found of a capture: kept with it, and compared by the quality gates. */
export type CaptureFigures = Pick<
  CapturesTable,
  | 'normalized_count'
  | 'reject_count'
  | 'symbol_count'
  | 'venue_count'
  | 'total_shares'
  | 'total_trades'
  | 'source_last_update_date'
>;

/** Keeps what normalizing found with its capture. */
export async function recordFigures(trx: Trx, captureKey: number, figures: CaptureFigures): Promise<void> {
  await trx.updateTable('core_captures').set(figures).where('capture_key', '=', captureKey).execute();
}

/** Marks a capture whose gate was breached; its predecessor stays the latest. */
export async function rejectCapture(trx: Trx, captureKey: number, figures: CaptureFigures): Promise<void> {
  await trx
    .updateTable('core_captures')
    .set({ ...figures, state: 'rejected' })
    .where('capture_key', '=', captureKey)
    .execute();
}

/** Where a capture's bytes came from, and how many they are. */
export async function originOf(
  db: Db,
  captureKey: number,
): Promise<{ source: CapturesTable['source']; locator: string; byteCount: number }> {
  return db
    .selectFrom('core_captures')
    .select(['source', 'locator', 'byte_count as byteCount'])
    .where('capture_key', '=', captureKey)
    .executeTakeFirstOrThrow();
}

/** The accepted, unsuperseded capture of a partition: what `_latest` shows. */
export async function latestCapture(trx: Trx, partition: StorePartition) {
  return trx
    .selectFrom('core_captures')
    .selectAll()
    .where('domain', '=', DOMAIN)
    .where('week_ending', '=', partition.weekEnding)
    .where('tier', '=', partition.tier)
    .where('state', '=', 'accepted')
    .where('superseded_at', 'is', null)
    .executeTakeFirst();
}

/** The accepted capture of the same tier whose week is nearest to the partition's, the earlier of two; or null. */
export async function nearestWeek(trx: Trx, partition: StorePartition) {
  const accepted = trx
    .selectFrom('core_captures')
    .select(['week_ending', 'capture_key', 'summary_types', 'normalized_count', 'total_shares', 'venue_count'])
    .where('domain', '=', DOMAIN)
    .where('tier', '=', partition.tier)
    .where('state', '=', 'accepted')
    .where('superseded_at', 'is', null);
  const week = partition.weekEnding;
  const before = await accepted
    .where('week_ending', '<', week)
    .orderBy('week_ending', 'desc')
    .limit(1)
    .executeTakeFirst();
  const after = await accepted.where('week_ending', '>', week).orderBy('week_ending').limit(1).executeTakeFirst();
  if (before === undefined || after === undefined) return before ?? after ?? null;
  return daysBetween(before.week_ending, week) <= daysBetween(week, after.week_ending) ? before : after;
}

/** A replay that replaced its own capture with other bytes; for an INFO anomaly. */
export interface ReplacedCapture {
  readonly oldHash: string;
  readonly newHash: string;
}

/**
 * Makes `capture` the latest of its partition at `now` and supersedes or replaces the one that was (DESIGN section 4):
 * a replay of the same bytes keeps the replaced capture's clock; anything else is captured later than its predecessor,
 * even when the machine's clock went back. Returns what a replay with other bytes replaced, otherwise null.
 */
export async function acceptCapture(
  trx: Trx,
  partition: StorePartition,
  capture: CaptureRef,
  now: DbInstant,
): Promise<ReplacedCapture | null> {
  const latest = await latestCapture(trx, partition);
  if (latest === undefined) {
    await setAccepted(trx, capture.captureKey, now);
    return null;
  }
  const previousClock = latest.captured_at ?? now;
  if (latest.capture_id !== capture.captureId) {
    const capturedAt = laterOf(now, previousClock);
    await supersede(trx, latest.capture_key, capturedAt);
    await setAccepted(trx, capture.captureKey, capturedAt);
    return null;
  }
  const sameBytes = latest.content_hash === capture.contentHash;
  const capturedAt = sameBytes ? previousClock : laterOf(now, previousClock);
  await deleteCalcRows(trx, partition);
  await deleteCapture(trx, latest.capture_key);
  if (!sameBytes) await moveSupersession(trx, partition, previousClock, capturedAt);
  await setAccepted(trx, capture.captureKey, capturedAt);
  return sameBytes ? null : { oldHash: latest.content_hash, newHash: capture.contentHash };
}

async function setAccepted(trx: Trx, captureKey: number, capturedAt: DbInstant): Promise<void> {
  await trx
    .updateTable('core_captures')
    .set({ state: 'accepted', captured_at: capturedAt })
    .where('capture_key', '=', captureKey)
    .execute();
}

async function supersede(trx: Trx, captureKey: number, at: DbInstant): Promise<void> {
  await trx.updateTable('core_captures').set({ superseded_at: at }).where('capture_key', '=', captureKey).execute();
}

async function moveSupersession(trx: Trx, partition: StorePartition, from: DbInstant, to: DbInstant): Promise<void> {
  await trx
    .updateTable('core_captures')
    .set({ superseded_at: to })
    .where('domain', '=', DOMAIN)
    .where('week_ending', '=', partition.weekEnding)
    .where('tier', '=', partition.tier)
    .where('superseded_at', '=', from)
    .execute();
}

function laterOf(now: DbInstant, predecessor: DbInstant): DbInstant {
  return now > predecessor ? now : toDbInstant(new Date(fromDbInstant(predecessor).getTime() + 1));
}
