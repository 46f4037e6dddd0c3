import type { CalendarDate } from '../domain/calendar-date.ts';
import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, type StorePartition } from '../domain/partition.ts';
import { ALL_TIERS, type PartitionTier, TIERS } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { CaptureState, CapturesTable, Db } from './schema.ts';

/** A capture with all that is kept of it but its rows. */
export interface ListedCapture {
  readonly captureKey: number;
  readonly captureId: string;
  readonly partition: StorePartition;
  readonly state: CaptureState;
  readonly contentHash: string;
  readonly source: CapturesTable['source'];
  readonly locator: string;
  readonly runDate: CalendarDate;
  readonly byteCount: number;
  readonly rawCount: number;
  /** Null until the capture was normalized, as are the rejects. */
  readonly normalizedCount: number | null;
  readonly rejectCount: number | null;
  readonly sourceLastUpdateDate: CalendarDate | null;
  readonly ingestedAt: DbInstant;
  /** Null until the capture was accepted. */
  readonly capturedAt: DbInstant | null;
  readonly supersededAt: DbInstant | null;
}

/** Which captures are meant; what is left out does not matter. */
export interface CaptureFilter {
  readonly weekEnding?: WeekEnding;
  readonly tier?: PartitionTier;
  readonly captureId?: string;
}

const TIER_ORDER: readonly PartitionTier[] = [...TIERS, ALL_TIERS];

/** The captures that fit `filter`: by week (newest first) and tier, the newest capture of each partition first. */
export async function listCaptures(db: Db, filter: CaptureFilter): Promise<ListedCapture[]> {
  let query = db
    .selectFrom('core_captures')
    .select(['capture_key', 'capture_id', 'week_ending', 'tier', 'state', 'content_hash', 'source', 'locator'])
    .select(['run_date', 'byte_count', 'raw_count', 'normalized_count', 'reject_count'])
    .select(['source_last_update_date', 'ingested_at', 'captured_at', 'superseded_at'])
    .where('domain', '=', DOMAIN)
    .orderBy('week_ending', 'desc')
    .orderBy('capture_key', 'desc');
  if (filter.weekEnding !== undefined) query = query.where('week_ending', '=', filter.weekEnding);
  if (filter.tier !== undefined) query = query.where('tier', '=', filter.tier);
  if (filter.captureId !== undefined) query = query.where('capture_id', '=', filter.captureId);
  const rows = await query.execute();
  const captures = rows.map(
    (row): ListedCapture => ({
      captureKey: row.capture_key,
      captureId: row.capture_id,
      partition: { weekEnding: row.week_ending, tier: row.tier },
      state: row.state,
      contentHash: row.content_hash,
      source: row.source,
      locator: row.locator,
      runDate: row.run_date,
      byteCount: row.byte_count,
      rawCount: row.raw_count,
      normalizedCount: row.normalized_count,
      rejectCount: row.reject_count,
      sourceLastUpdateDate: row.source_last_update_date,
      ingestedAt: row.ingested_at,
      capturedAt: row.captured_at,
      supersededAt: row.superseded_at,
    }),
  );
  const place = ({ partition }: ListedCapture) => TIER_ORDER.indexOf(partition.tier);
  return captures.sort((a, b) => b.partition.weekEnding.localeCompare(a.partition.weekEnding) || place(a) - place(b));
}

/** The capture of that id, the accepted one where a staged or rejected one shares the id; null when there is none. */
export async function findCapture(db: Db, captureId: string): Promise<ListedCapture | null> {
  const captures = await listCaptures(db, { captureId });
  return captures.find(({ state }) => state === 'accepted') ?? captures[0] ?? null;
}
