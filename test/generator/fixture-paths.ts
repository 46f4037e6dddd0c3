import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plusDays } from '../../src/domain/calendar-date.ts';
import type { Partition } from '../../src/domain/partition.ts';
import { TIERS, type Tier } from '../../src/domain/tier.ts';
import { type WeekEnding, weeksWithin } from '../../src/domain/week.ts';

/** The folder of all fixtures, absolute. */
export const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));

/** The sub-folders that the generator owns and rewrites. */
export const FIXTURE_FOLDERS = ['finra_otc', 'revised', 'broken', 'forms'] as const;

/** Eight clean weeks, three tiers each. */
export const CLEAN_DIR = join(FIXTURES, 'finra_otc');

/** Restated versions of `REVISED_PARTITIONS`, under the names of the originals. */
export const REVISED_DIR = join(FIXTURES, 'revised');

/** The weeks of `CLEAN_DIR`, newest first. */
export const FIXTURE_WEEKS: readonly WeekEnding[] = weeksWithin('2025-11-14', '2026-01-02');

/** Every partition of `CLEAN_DIR`, newest week first. */
export const CLEAN_PARTITIONS: readonly Partition[] = FIXTURE_WEEKS.flatMap((weekEnding) =>
  TIERS.map((tier) => ({ weekEnding, tier })),
);

/** The first run date on which every partition of `CLEAN_DIR` has been published. */
export const FIXTURE_RUN_DATE = '2026-02-02';

/** The week of Christmas: about a third less of everything, which no gate minds. */
export const HOLIDAY_WEEK: WeekEnding = '2025-12-26';

/** The partitions that `REVISED_DIR` restates. */
export const REVISED_PARTITIONS = [
  { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' },
  { weekEnding: '2025-12-12', tier: 'OTC' },
] as const satisfies readonly Partition[];

/** The partition of every broken file and of every form but `named_by_publication`. */
export const SMALL_PARTITION = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' } as const satisfies Partition;

/** Kinds of file with two rows at fault and 58 or more good ones; the reject code is the kind in capitals (DESIGN section 4). */
export const REJECT_KINDS = [
  'malformed_row',
  'missing_symbol',
  'missing_mpid',
  'invalid_shares',
  'invalid_trades',
  'negative_value',
  'zero_activity',
  'tier_mismatch',
  'duplicate_row',
  'conflicting_duplicate',
] as const;

export type RejectKind = (typeof REJECT_KINDS)[number];

/** Every kind of bad input: of the file as a whole, of single rows, and what the gates are for. */
export const BROKEN_KINDS = [
  'missing_column',
  'truncated',
  'no_rows',
  'empty',
  'wrong_week',
  'two_files',
  'not_utf8',
  'malformed_rows',
  ...REJECT_KINDS,
  'shares_overflow',
  'too_many_rejects',
  'shrunk',
  'shrunk_shares',
  'shrunk_venues',
  'updated_before_week',
] as const;

export type BrokenKind = (typeof BROKEN_KINDS)[number];

/** Unusual forms of a good file. */
export const FORMS = [
  'official',
  'ordinary_csv',
  'csv_bom_crlf',
  'blank_lines',
  'reordered_columns',
  'fractional_shares',
  'non_ats',
  'named_by_publication',
] as const;

export type Form = (typeof FORMS)[number];

/** The forms that hold the rows of `official`. */
export const SAME_ROWS_FORMS = [
  'ordinary_csv',
  'csv_bom_crlf',
  'blank_lines',
  'reordered_columns',
] as const satisfies readonly Form[];

/** The data folder with the bad input of one kind, for `SMALL_PARTITION`. */
export function brokenDir(kind: BrokenKind): string {
  return join(FIXTURES, 'broken', kind);
}

/** The data folder with one form of a good file. */
export function formDir(form: Form): string {
  return join(FIXTURES, 'forms', form);
}

const FILE_TIERS: Readonly<Record<Tier, string>> = { NMS_TIER_1: 'tier1', NMS_TIER_2: 'tier2', OTC: 'otc' };
const WEEK_FILE_TIERS: Readonly<Record<Tier, string>> = {
  NMS_TIER_1: 'nms_tier_1_week_',
  NMS_TIER_2: 'nms_tier_2_week_',
  OTC: 'otc_week_',
};

/** The name of a partition's file in `CLEAN_DIR`: one spelling a week, most of them with the Monday that follows. */
export function fixtureFileName({ weekEnding, tier }: Partition): string {
  if (weekEnding === HOLIDAY_WEEK) return `${WEEK_FILE_TIERS[tier]}${weekEnding}.${tier === 'OTC' ? 'txt' : 'psv'}`;
  const monday = plusDays(weekEnding, 3).replaceAll('-', '');
  return weekEnding === '2025-11-21' ? `${FILE_TIERS[tier]}_${monday}.csv` : datedFileName(tier, monday);
}

/** `finra_otc_weekly_<tier>_<YYYYMMDD>.csv`. */
export function datedFileName(tier: Tier, yyyymmdd: string): string {
  return `finra_otc_weekly_${FILE_TIERS[tier]}_${yyyymmdd}.csv`;
}
