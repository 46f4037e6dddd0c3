import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantityDigits, quantityOf } from '../../src/domain/quantity.ts';

describe('quantityDigits', () => {
  it.each([
    [quantityOf(0), '0'],
    [quantityOf(12), '12'],
    [quantityOf(12, 500_000), '12.5'],
    [quantityOf(0, 1), '0.000001'],
    [-quantityOf(0, 500_000), '-0.5'],
    [quantityOf(9223372036854775807n, 10), '9223372036854775807.00001'],
  ])('of %s millionths is %s', (quantity, digits) => {
    expect(quantityDigits(quantity)).toBe(digits);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), (quantity) => {
        const [whole = '', decimals = ''] = quantityDigits(quantity).split('.');
        expect(BigInt(whole.replace('-', '') + decimals.padEnd(6, '0'))).toBe(quantity < 0n ? -quantity : quantity);
      }),
    );
  });
});
