import type { WeekEnding } from '../../src/domain/week.ts';
import { FIXTURE_WEEKS, SMALL_PARTITION } from './fixture-paths.ts';
import { createMarket } from './market.ts';
import { generateRows, type OfficialRow } from './week.ts';

/** Sixty good rows of `SMALL_PARTITION`, or of its tier in another week: what broken files and forms are made from. */
export function smallRows(weekEnding: WeekEnding = SMALL_PARTITION.weekEnding): OfficialRow[] {
  const market = createMarket({
    seed: 60,
    listings: { NMS_TIER_1: 12, NMS_TIER_2: 0, OTC: 0 },
    from: FIXTURE_WEEKS.at(-1) as WeekEnding,
    to: FIXTURE_WEEKS[0] as WeekEnding,
  });
  return generateRows({ market, weekEnding, tier: SMALL_PARTITION.tier, rows: 60 });
}
