import { TIERS, type Tier } from '../domain/tier.ts';
import { tierOf } from '../finra/tier-names.ts';
import { badValue, orList } from './parse-value.ts';

/** The word for every tier. */
export const ALL_TIERS_WORD = 'all';

/** Tiers in any of FINRA's spellings, or `all`; unique, in the order of `TIERS`. */
export function parseTiers(text: string): readonly Tier[] {
  if (text.toLowerCase() === ALL_TIERS_WORD) return [...TIERS];
  const named = new Set(text.split(',').map((item) => readTier(item.trim())));
  return TIERS.filter((tier) => named.has(tier));
}

/** The tier that `text` names in one of FINRA's spellings. */
export function readTier(text: string): Tier {
  const tier = tierOf(text);
  if (tier !== null) return tier;
  throw badValue(text === '' ? 'holds an empty item' : `${text} is not ${orList(TIERS)}`, 'give tiers');
}
