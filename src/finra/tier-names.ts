import type { Tier } from '../domain/tier.ts';

const LABELS = {
  NMS_TIER_1: 'NMS Tier 1',
  NMS_TIER_2: 'NMS Tier 2',
  OTC: 'OTC',
} as const satisfies Record<Tier, string>;

/** Every accepted spelling, upper case (DESIGN section 1, "tier"): ours, the files', the API's. */
const SPELLINGS: ReadonlyMap<string, Tier> = new Map([
  ['NMS_TIER_1', 'NMS_TIER_1'],
  ['NMS TIER 1', 'NMS_TIER_1'],
  ['T1', 'NMS_TIER_1'],
  ['NMS_TIER_2', 'NMS_TIER_2'],
  ['NMS TIER 2', 'NMS_TIER_2'],
  ['T2', 'NMS_TIER_2'],
  ['OTC', 'OTC'],
  ['OTCE', 'OTC'],
]);

/** The tier that `text` names in any of its spellings, trimmed and whatever its case; null for anything else. */
export function tierOf(text: string): Tier | null {
  return SPELLINGS.get(text.trim().toUpperCase()) ?? null;
}

/** The tier as FINRA's files and our reports write it. */
export function tierLabel(tier: Tier): (typeof LABELS)[Tier] {
  return LABELS[tier];
}
