import { type Partition, partitionKey } from '../domain/partition.ts';
import type { Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import { askedPartitions, capturedPartitions } from '../store/metric-queries.ts';
import type { Db } from '../store/schema.ts';

/**
 * The partitions in which a gap counts: those of the run's own window, those that were captured, and those that any run
 * was asked for, so that a gap does not go away by falling out of the window. But for the window's own, a week that is
 * older than all that was captured counts for nothing, nor does a tier of which nothing was: they were asked for by
 * mistake, and there is nothing between which they would be missing.
 */
export async function lookedAfter(
  db: Db,
  window: { readonly weeks: readonly WeekEnding[]; readonly tiers: readonly Tier[] },
): Promise<Partition[]> {
  const own = window.weeks.flatMap((weekEnding) => window.tiers.map((tier) => ({ weekEnding, tier })));
  const captured = await capturedPartitions(db);
  const tiers = new Set([...window.tiers, ...captured.map(({ tier }) => tier)]);
  const oldest = captured[0]?.weekEnding ?? '';
  const asked = (await askedPartitions(db)).filter(({ weekEnding, tier }) => weekEnding >= oldest && tiers.has(tier));
  return [...new Map([...own, ...captured, ...asked].map((each) => [partitionKey(each), each])).values()];
}
