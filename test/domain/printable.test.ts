import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../../src/domain/printable.ts';

describe('printable', () => {
  it.each([
    ['a terminal escape', '\u001b[31mred', '\\x1b[31mred'],
    ['line ends and tabs', 'a\r\nb\tc', 'a\\x0d\\x0ab\\x09c'],
    ['NUL and DEL', '\0\u007f', '\\x00\\x7f'],
    ['a C1 control', '\u009b2J', '\\x9b2J'],
    ['a bidi override', 'gpj.\u202exe', 'gpj.\\u202exe'],
    ['bidi isolates', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['zero-width characters', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
    ['a tag character', '\u{e0041}', '\\u{e0041}'],
    ['half a surrogate pair', 'a\ud800', 'a\\ud800'],
  ])('escapes %s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each(['tier1_20251222.csv', 'Société Générale – "A" #1', 'C:\\data', '日本 😀'])('leaves %s as it is', (text) => {
    expect(printable(text)).toBe(text);
  });

  it('leaves nothing that steers a terminal, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });
});
