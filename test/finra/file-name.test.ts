import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysBetween, plusDays } from '../../src/domain/calendar-date.ts';
import { TIERS } from '../../src/domain/tier.ts';
import { weekEndingOf } from '../../src/domain/week.ts';
import { readFileName, weekOfFileDate } from '../../src/finra/file-name.ts';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';

describe('readFileName', () => {
  it.each([
    ['nms_tier_1_week_2025-12-26.psv', 'NMS_TIER_1', '2025-12-26'],
    ['tier1_20251222.csv', 'NMS_TIER_1', '2025-12-22'],
    ['finra_otc_weekly_tier1_20251222.csv', 'NMS_TIER_1', '2025-12-22'],
    ['finra_otc_weekly_tier2_20251222.csv', 'NMS_TIER_2', '2025-12-22'],
    ['finra_otc_weekly_otc_20251222.csv', 'OTC', '2025-12-22'],
    ['finra_otc_20251222_tier2.csv', 'NMS_TIER_2', '2025-12-22'],
    ['otc_week_2025-12-26.txt', 'OTC', '2025-12-26'],
    ['NMS Tier 2 2025-12-26.txt', 'NMS_TIER_2', '2025-12-26'],
    ['NMSTier1-20251226', 'NMS_TIER_1', '2025-12-26'],
    ['t1_2025_12_26.dat', 'NMS_TIER_1', '2025-12-26'],
    ['T2-20251226.CSV', 'NMS_TIER_2', '2025-12-26'],
    ['otce_20251226', 'OTC', '2025-12-26'],
    ['20251226_OTC.csv', 'OTC', '2025-12-26'],
    ['tier_1_2025_12_26', 'NMS_TIER_1', '2025-12-26'],
    ['tier1_20251226_20251226.csv', 'NMS_TIER_1', '2025-12-26'],
    ['tier1_20251226T101500.csv', 'NMS_TIER_1', '2025-12-26'],
    ['tier1_20251226_120000.csv', 'NMS_TIER_1', '2025-12-26'],
    ['nms_tier_1_t1_20251226.csv', 'NMS_TIER_1', '2025-12-26'],
    ['tier1_20251226 (1).csv', 'NMS_TIER_1', '2025-12-26'],
    ['tier1_20251226.csv.2', 'NMS_TIER_1', '2025-12-26'],
  ])('reads %s', (name, tier, date) => {
    expect(readFileName(name)).toEqual({ tier, date });
  });

  it.each([
    ['no date', 'nms_tier_1.csv'],
    ['no tier', 'finra_weekly_20251226.csv'],
    ['a tier that FINRA does not have', 'finra_otc_weekly_tier3_20251226.csv'],
    ['a day that does not exist', 'tier1_20250230.csv'],
    ['a date within a longer number', 'tier1_120251226.csv'],
    ['a date before a longer number', 'tier1_202512260.csv'],
    ['a date with mixed separators', 'tier1_2025-12_26.csv'],
    ['two dates', 'tier1_20251222_20251226.csv'],
    ['two tiers', 'tier1_tier2_20251226.csv'],
    ['a tier and the code of another', 'tier1_otce_20251226.csv'],
    ['otc between a tier and the date', 'tier1_otc_20251226.csv'],
    ['a tier within a word', 'multitier1_20251226.csv'],
    ['otc within a word', 'otcmarkets_20251226.csv'],
  ])('reads nothing in a name with %s: %s', (_, name) => {
    expect(readFileName(name)).toBeNull();
  });

  it.each([
    '.gz',
    '.zip',
    '.bz2',
    '.xz',
    '.zst',
    '.tmp',
    '.part',
    '.partial',
    '.crdownload',
    '~',
    '.swp',
    '.bak',
    '.md5',
    '.sha256',
    '.GZ',
  ])('takes no file that ends in %s for data', (ending) => {
    expect(readFileName(`tier1_20251226.csv${ending}`)).toBeNull();
  });

  it('reads the tier and date of any day in each of its spellings', () => {
    const days = fc.integer({ min: 0, max: 20_000 }).map((count) => plusDays('1990-01-01', count));
    const spellings = fc.constantFrom(
      { name: 'nms_tier_1', tier: 'NMS_TIER_1' },
      { name: 'Tier2', tier: 'NMS_TIER_2' },
      { name: 'finra_otc_weekly_otc', tier: 'OTC' },
    );
    fc.assert(
      fc.property(days, spellings, fc.constantFrom('', '-', '_'), (date, { name, tier }, separator) => {
        expect(readFileName(`${name}_${date.replaceAll('-', separator)}.csv`)).toEqual({ tier, date });
      }),
      { numRuns: 200 },
    );
  });
});

describe('weekOfFileDate', () => {
  it.each([
    ['week', 'NMS_TIER_1', '2025-12-22', '2025-12-19'],
    ['week', 'NMS_TIER_1', '2025-12-26', '2025-12-26'],
    ['week', 'OTC', '2025-11-01', '2025-10-31'],
    ['published', 'NMS_TIER_1', '2025-12-22', '2025-12-05'],
    ['published', 'OTC', '2025-12-15', '2025-11-14'],
    ['published', 'NMS_TIER_2', '2025-12-16', '2025-11-14'],
  ] as const)('by the %s rule, %s and %s give %s', (rule, tier, date, weekEnding) => {
    expect(weekOfFileDate(date, tier, rule, DEFAULT_PUBLICATION)).toBe(weekEnding);
  });

  it('gives the same week for the day of publication as for the week itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(...TIERS), (count, tier) => {
        const date = plusDays('1990-01-01', count);
        const weekEnding = weekOfFileDate(date, tier, 'week', DEFAULT_PUBLICATION);
        const publishedOn = plusDays(weekEnding, DEFAULT_PUBLICATION.lagDays[tier]);
        expect(weekEnding).toBe(weekEndingOf(date));
        expect(daysBetween(weekEnding, date)).toBeLessThan(7);
        expect(weekOfFileDate(publishedOn, tier, 'published', DEFAULT_PUBLICATION)).toBe(weekEnding);
      }),
      { numRuns: 200 },
    );
  });
});
