import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOfWeek, plusDays } from '../../src/domain/calendar-date.ts';
import { TIERS } from '../../src/domain/tier.ts';
import { weekEndingOf } from '../../src/domain/week.ts';
import { DEFAULT_PUBLICATION, publicationOf, publicationState } from '../../src/finra/publication.ts';

const MONDAY = 1;

describe('publication', () => {
  it.each([
    ['NMS_TIER_1', '2025-12-19', '2026-01-05', '2026-01-08'],
    ['NMS_TIER_2', '2025-11-28', '2025-12-29', '2026-01-01'],
    ['OTC', '2025-11-14', '2025-12-15', '2025-12-18'],
    ['NMS_TIER_1', '2024-02-16', '2024-03-04', '2024-03-07'],
  ] as const)('of %s for %s is on %s and due after %s', (tier, weekEnding, publishedOn, dueAfter) => {
    expect(publicationOf({ weekEnding, tier }, DEFAULT_PUBLICATION)).toEqual({ publishedOn, dueAfter });
  });

  it.each([
    ['2025-12-14', 'awaiting'],
    ['2025-12-15', 'late'],
    ['2025-12-18', 'late'],
    ['2025-12-19', 'due'],
  ])('on %s makes an absent OTC week of 2025-11-14 %s', (runDate, state) => {
    expect(publicationState({ weekEnding: '2025-11-14', tier: 'OTC' }, runDate, DEFAULT_PUBLICATION)).toBe(state);
  });

  it('without grace is late on its own day only', () => {
    const rules = { ...DEFAULT_PUBLICATION, graceDays: 0 };
    const partition = { weekEnding: '2025-11-14', tier: 'OTC' } as const;
    expect(publicationState(partition, '2025-12-15', rules)).toBe('late');
    expect(publicationState(partition, '2025-12-16', rules)).toBe('due');
  });

  it('falls on a Monday for every week, and goes from awaiting over late to due', () => {
    const weeks = fc.integer({ min: 0, max: 3000 }).map((days) => weekEndingOf(plusDays('2019-01-01', days)));
    fc.assert(
      fc.property(weeks, fc.constantFrom(...TIERS), fc.integer({ min: 0, max: 9 }), (weekEnding, tier, graceDays) => {
        const rules = { ...DEFAULT_PUBLICATION, graceDays };
        const partition = { weekEnding, tier };
        const { publishedOn, dueAfter } = publicationOf(partition, rules);
        const states = [-1, 0, graceDays, graceDays + 1].map((days) =>
          publicationState(partition, plusDays(publishedOn, days), rules),
        );
        expect(dayOfWeek(publishedOn)).toBe(MONDAY);
        expect(plusDays(publishedOn, graceDays)).toBe(dueAfter);
        expect(states).toEqual(['awaiting', 'late', 'late', 'due']);
      }),
      { numRuns: 200 },
    );
  });
});
