import type { CalendarDate } from '../domain/calendar-date.ts';
import { DOMAIN, type Partition } from '../domain/partition.ts';
import type { Stage } from '../domain/stage.ts';
import type { Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { CaptureRef } from './captures.ts';
import type { Db } from './schema.ts';

/** An accepted capture, superseded or not, with what its making depended on. */
export interface AcceptedCapture extends CaptureRef {
  readonly partition: Partition;
  readonly runDate: CalendarDate;
  readonly source: 'file' | 'api';
  readonly locator: string;
  readonly summaryTypes: string;
  readonly byteCount: number;
  /** The version of each calc that its rows were made by. */
  readonly calcVersions: ReadonlyMap<Stage, number>;
}

/** The accepted captures of a window, superseded ones included, newest week first; those derived from others left out. */
export async function acceptedCaptures(
  db: Db,
  weeks: readonly WeekEnding[],
  tiers: readonly Tier[],
): Promise<AcceptedCapture[]> {
  const rows = await db
    .selectFrom('core_captures')
    .select(['capture_key', 'capture_id', 'week_ending', 'tier', 'content_hash', 'source', 'locator', 'run_date'])
    .select(['summary_types', 'byte_count'])
    .where('domain', '=', DOMAIN)
    .where('state', '=', 'accepted')
    .where('week_ending', 'in', weeks)
    .where('tier', 'in', tiers)
    .orderBy('week_ending', 'desc')
    .orderBy('tier')
    .orderBy('captured_at')
    .execute();
  const versions = await calcVersionsOf(
    db,
    rows.map((row) => row.capture_key),
  );
  return rows.flatMap((row): AcceptedCapture[] => {
    const tier = tiers.find((known) => known === row.tier);
    if (tier === undefined || row.source === 'derived') return [];
    return [
      {
        captureKey: row.capture_key,
        captureId: row.capture_id,
        contentHash: row.content_hash,
        partition: { weekEnding: row.week_ending, tier },
        runDate: row.run_date,
        source: row.source,
        locator: row.locator,
        summaryTypes: row.summary_types,
        byteCount: row.byte_count,
        calcVersions: versions.get(row.capture_key) ?? new Map(),
      },
    ];
  });
}

/** Whether the accepted capture of that key is still there: a replay takes its place under the same id. */
export async function isStored(db: Db, captureKey: number): Promise<boolean> {
  const row = await db
    .selectFrom('core_captures')
    .select('capture_key')
    .where('capture_key', '=', captureKey)
    .executeTakeFirst();
  return row !== undefined;
}

async function calcVersionsOf(db: Db, keys: readonly number[]): Promise<Map<number, Map<Stage, number>>> {
  const versions = new Map<number, Map<Stage, number>>();
  if (keys.length === 0) return versions;
  const rows = await db
    .selectFrom('core_capture_calcs')
    .select(['capture_key', 'stage', 'calc_version'])
    .where('capture_key', 'in', keys)
    .execute();
  for (const { capture_key, stage, calc_version } of rows) {
    versions.set(capture_key, (versions.get(capture_key) ?? new Map()).set(stage, calc_version));
  }
  return versions;
}
