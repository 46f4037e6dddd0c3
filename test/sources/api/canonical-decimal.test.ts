import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalDecimal } from '../../../src/sources/api/canonical-decimal.ts';

describe('canonicalDecimal', () => {
  it.each([
    ['0', '0'],
    ['1500', '1500'],
    ['1500.000', '1500'],
    ['0.125', '0.125'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['007', '7'],
    ['+5', '5'],
    ['-5.50', '-5.5'],
    ['-0.0', '0'],
    ['1.5E3', '1500'],
    ['1.5e+3', '1500'],
    ['12345.678e-2', '123.45678'],
    ['1e-6', '0.000001'],
    ['9007199254740993', '9007199254740993'],
    ['9.223372036854775807E18', '9223372036854775807'],
  ])('writes %s as %s', (text, plain) => {
    expect(canonicalDecimal(text)).toBe(plain);
  });

  it.each(['', '.', 'e5', '1,500', '1e5e', 'NaN', '0x10', ' 5', '1e999', '1e-99'])('leaves %j as it is', (text) => {
    expect(canonicalDecimal(text)).toBe(text);
  });

  const digits = fc.stringMatching(/^\d{1,25}$/);

  it('keeps the value of any number, wherever its point is written', () => {
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -20, max: 20 }), (whole, fraction, exponent) => {
        const plain = canonicalDecimal(`${whole}.${fraction}e${exponent}`);
        const scaled = BigInt(whole + fraction) * 10n ** BigInt(60 - fraction.length + exponent);
        const [left = '', right = ''] = plain.split('.');
        expect(BigInt(left + right.padEnd(60, '0'))).toBe(scaled);
      }),
    );
  });

  it('has one text for one value', () => {
    fc.assert(
      fc.property(digits, fc.stringMatching(/^\d{0,6}$/), fc.nat(4), (whole, fraction, zeros) => {
        const plain = canonicalDecimal(`${whole}.${fraction}`);
        expect(canonicalDecimal(`00${whole}.${fraction}${'0'.repeat(zeros)}`)).toBe(plain);
        expect(canonicalDecimal(plain)).toBe(plain);
      }),
    );
  });
});
