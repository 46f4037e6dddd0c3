import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessDate } from '../../src/domain/clock.ts';

describe('the business date', () => {
  it('is the date in New York at any instant', () => {
    // The Canadian way to write a date is ISO's.
    const inNewYork = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' });
    const instants = fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.boolean(), (instant, early) => {
        // Half of the instants are of the hours in which it is another date there.
        if (early) instant.setUTCHours(instant.getUTCHours() % 6);
        expect(businessDate(instant)).toBe(inNewYork.format(instant));
      }),
      { numRuns: 2000 },
    );
  });
});
