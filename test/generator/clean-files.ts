import type { Partition } from '../../src/domain/partition.ts';
import type { Tier } from '../../src/domain/tier.ts';
import type { WeekEnding } from '../../src/domain/week.ts';
import { encodeOfficial } from './encode.ts';
import { CLEAN_PARTITIONS, FIXTURE_WEEKS, fixtureFileName, HOLIDAY_WEEK } from './fixture-paths.ts';
import { createMarket, type Market } from './market.ts';
import { generateRows, type OfficialRow } from './week.ts';

/** A file to be written, its path below `fixtures/` with `/` between folders. */
export interface FixtureFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

const SEED = 20251114;
const ROWS: Readonly<Record<Tier, number>> = { NMS_TIER_1: 340, NMS_TIER_2: 450, OTC: 180 };

interface ShortWeek {
  /** Against an ordinary week's. */
  readonly rows: number;
  /** Of each row, against an ordinary week's. */
  readonly activity: number;
}

// Thanksgiving, Christmas, New Year.
const SHORT_WEEKS: Readonly<Record<WeekEnding, ShortWeek>> = {
  '2025-11-28': { rows: 0.85, activity: 0.95 },
  [HOLIDAY_WEEK]: { rows: 0.68, activity: 0.85 },
  '2026-01-02': { rows: 0.85, activity: 0.95 },
};

/** The files of `finra_otc/`. */
export function cleanFiles(): FixtureFile[] {
  const market = fixtureMarket();
  return CLEAN_PARTITIONS.map((partition) => ({
    path: `finra_otc/${fixtureFileName(partition)}`,
    content: encodeOfficial(cleanRows(market, partition)),
  }));
}

/** The market that the clean weeks trade in. */
export function fixtureMarket(): Market {
  return createMarket({
    seed: SEED,
    listings: { NMS_TIER_1: 60, NMS_TIER_2: 170, OTC: 120 },
    from: FIXTURE_WEEKS.at(-1) as WeekEnding,
    to: FIXTURE_WEEKS[0] as WeekEnding,
  });
}

/** A clean partition's rows; a short week has fewer of them, each with less volume. */
export function cleanRows(market: Market, { weekEnding, tier }: Partition): OfficialRow[] {
  const { rows, activity } = SHORT_WEEKS[weekEnding] ?? { rows: 1, activity: 1 };
  return generateRows({ market, weekEnding, tier, rows: Math.round(ROWS[tier] * rows), activity });
}
