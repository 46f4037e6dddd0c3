import type { PartitionTier, Tier } from './tier.ts';
import type { WeekEnding } from './week.ts';

/** The only domain of this program (DESIGN section 1). */
export const DOMAIN = 'finra.otc_transparency';

/** One week ending and one tier. */
export interface Partition {
  readonly weekEnding: WeekEnding;
  readonly tier: Tier;
}

/** A partition key in the store also names the three tiers together. */
export interface StorePartition {
  readonly weekEnding: WeekEnding;
  readonly tier: PartitionTier;
}

/** The `partition_key` of every store table: JSON, keys in this order (DESIGN section 5). */
export function partitionKey(partition: StorePartition): string {
  return JSON.stringify({ week_ending: partition.weekEnding, tier: partition.tier });
}

/** The partition a `partition_key` names. Throws on text that no store table holds. */
export function parsePartitionKey(key: string): StorePartition {
  const value = JSON.parse(key) as { week_ending: WeekEnding; tier: PartitionTier };
  return { weekEnding: value.week_ending, tier: value.tier };
}

/** Whether two partitions are the same week and tier. */
export function samePartition(a: StorePartition, b: StorePartition): boolean {
  return a.weekEnding === b.weekEnding && a.tier === b.tier;
}
