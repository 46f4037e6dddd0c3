import { describe, expect, it } from 'vitest';
import { TIERS } from '../../src/domain/tier.ts';
import { tierLabel, tierOf } from '../../src/finra/tier-names.ts';

describe('tierOf', () => {
  it.each([
    ['T1', 'NMS_TIER_1'],
    ['T2', 'NMS_TIER_2'],
    ['OTCE', 'OTC'],
    ['NMS Tier 1', 'NMS_TIER_1'],
    ['NMS Tier 2', 'NMS_TIER_2'],
    ['OTC', 'OTC'],
    ['NMS_TIER_1', 'NMS_TIER_1'],
    ['NMS_TIER_2', 'NMS_TIER_2'],
    ['  nms tier 1 ', 'NMS_TIER_1'],
    ['otce', 'OTC'],
    ['t2\t', 'NMS_TIER_2'],
  ])('takes %j for %s', (text, tier) => {
    expect(tierOf(text)).toBe(tier);
  });

  it.each(['', 'NA', 'NMS', 'T3', 'Tier 1', 'NMS  Tier 1', 'ALL_TIERS', 'constructor'])('knows no tier %j', (text) => {
    expect(tierOf(text)).toBeNull();
  });

  it('reads back every label', () => {
    expect(TIERS.map(tierLabel)).toEqual(['NMS Tier 1', 'NMS Tier 2', 'OTC']);
    expect(TIERS.map((tier) => tierOf(tierLabel(tier)))).toEqual(TIERS);
  });
});
