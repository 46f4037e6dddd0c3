import type { PartitionTier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import { type ListedCapture, listCaptures } from '../store/capture-queries.ts';
import type { Db } from '../store/schema.ts';

/** Which captures to list; null means any. */
export interface CapturesQuestion {
  readonly weekEnding: WeekEnding | null;
  readonly tier: PartitionTier | null;
}

/** Every stored version of the partitions that fit: by week (newest first) and tier, the newest version first. */
export function readCaptures(db: Db, { weekEnding, tier }: CapturesQuestion): Promise<ListedCapture[]> {
  return listCaptures(db, {
    ...(weekEnding === null ? {} : { weekEnding }),
    ...(tier === null ? {} : { tier }),
  });
}
