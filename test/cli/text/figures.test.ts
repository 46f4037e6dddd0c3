import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counted, duration, figure, instantText } from '../../../src/cli/text/figures.ts';

describe('figures in reports', () => {
  it('have thousands separators', () => {
    expect([figure(0), figure(999), figure(49_200), figure(1_234_567)]).toEqual(['0', '999', '49,200', '1,234,567']);
  });

  it('are written as in English', () => {
    const english = new Intl.NumberFormat('en-US');
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), (value) => {
        expect(figure(value)).toBe(english.format(value));
      }),
    );
  });

  it('agree with their noun', () => {
    expect([counted(0, 'row'), counted(1, 'row'), counted(2_000, 'row')]).toEqual(['0 rows', '1 row', '2,000 rows']);
  });

  it.each([
    [0, '0.00s'],
    [0.0449, '0.04s'],
    [9.99, '9.99s'],
    [9.996, '10.0s'],
    [59.94, '59.9s'],
    [59.96, '1m00s'],
    [61, '1m01s'],
    [3599.4, '59m59s'],
    [3599.6, '1h00m'],
    [7384, '2h03m'],
    [359_000, '99h43m'],
  ])('show %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('show instants of the database and of JSON alike, to the second', () => {
    expect(instantText('2026-01-12 11:05:00.250')).toBe('2026-01-12 11:05:00 UTC');
    expect(instantText('2026-01-12T11:05:00.250Z')).toBe('2026-01-12 11:05:00 UTC');
  });
});
