import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, retryAfterMs } from '../../../src/sources/api/backoff.ts';
import { createPacer } from '../../../src/sources/api/pacer.ts';

const NOW = Date.parse('2026-01-12T15:00:00Z');

describe('the pacer', () => {
  it('lets the first request go at once, and spaces those that follow', () => {
    const pacer = createPacer(10);
    expect([pacer.reserve(NOW), pacer.reserve(NOW), pacer.reserve(NOW + 150)]).toEqual([0, 100, 50]);
  });

  it('lets no more requests go within any second than it may, whenever they come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 19 }), fc.array(fc.nat(400), { maxLength: 60 }), (rate, gaps) => {
        const pacer = createPacer(rate);
        let now = NOW;
        const times = gaps.map((gap) => {
          now += gap;
          return now + pacer.reserve(now);
        });
        // A hair less than a second, for the rounding of 1000 / rate.
        for (const at of times)
          expect(times.filter((other) => other >= at && other < at + 999.9).length).toBeLessThanOrEqual(rate);
      }),
    );
  });

  it('lets none go while it is held', () => {
    const pacer = createPacer(10);
    pacer.holdUntil(NOW + 5000);
    pacer.holdUntil(NOW + 1000);
    expect(pacer.isHeld(NOW + 4999)).toBe(true);
    expect(pacer.isHeld(NOW + 5000)).toBe(false);
    expect([pacer.reserve(NOW), pacer.reserve(NOW)]).toEqual([5000, 5100]);
  });
});

describe('the wait before another try', () => {
  it.each([
    [1, 0, 500],
    [1, 0.5, 1000],
    [3, 0.5, 4000],
    [5, 0.5, 16_000],
    [9, 0.5, 30_000],
  ])('after try %i with %f of luck is %i ms', (tries, random, ms) => {
    expect(backoffMs(tries, random)).toBe(ms);
  });

  it.each([
    [null, null],
    ['7', 7000],
    [' 0 ', 0],
    ['Mon, 12 Jan 2026 15:00:30 GMT', 30_000],
    ['Mon, 12 Jan 2026 14:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['1.5', null],
  ])('by Retry-After %j is %j ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});
