/** FINRA's three publication tiers, in the order every report shows them (DESIGN section 1). */
export const TIERS = ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'] as const;

export type Tier = (typeof TIERS)[number];

/** The tier of a partition key that spans the three tiers of a week (tier_split). */
export const ALL_TIERS = 'ALL_TIERS';

export type PartitionTier = Tier | typeof ALL_TIERS;
