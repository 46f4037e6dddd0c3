import type { Tier } from '../../domain/tier.ts';

/** FINRA's `tierIdentifier` of each tier, today's spelling first, then older ones (DESIGN section 1). */
export const TIER_IDENTIFIERS: Readonly<Record<Tier, readonly [string, ...string[]]>> = {
  NMS_TIER_1: ['T1'],
  NMS_TIER_2: ['T2'],
  OTC: ['OTCE', 'OTC'],
};
