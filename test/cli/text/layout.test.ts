import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutStart, hangingLines, wrapWords } from '../../../src/cli/text/layout.ts';

describe('cutEnd and cutStart', () => {
  it.each([
    ['short', 10, 'short', 'short'],
    ['exactly10!', 10, 'exactly10!', 'exactly10!'],
    ['data/finra_otc', 10, 'data/finr…', '…finra_otc'],
    ['data/finra_otc', 1, '…', '…'],
    ['data/finra_otc', 0, '', ''],
    ['data/finra_otc', -3, '', ''],
    ['𝕒𝕓𝕔𝕕', 3, '𝕒𝕓…', '…𝕔𝕕'],
  ])('cut %s to %i characters', (text, width, end, start) => {
    expect(cutEnd(text, width, '…')).toBe(end);
    expect(cutStart(text, width, '…')).toBe(start);
  });
});

describe('wrapWords', () => {
  it('keeps every word, in order, within the width', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 60 }), (all, width) => {
        const lines = wrapWords(all.join(' '), width);
        expect(lines.join(' ')).toBe(all.join(' '));
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('breaks a word that no line can hold', () => {
    expect(wrapWords('at /a/very/long/path', 8)).toEqual(['at', '/a/very/', 'long/pat', 'h']);
  });

  it('leaves a text alone that needs no second line', () => {
    expect(wrapWords('two  spaces stay', 40)).toEqual(['two  spaces stay']);
    expect(wrapWords('', 40)).toEqual(['']);
  });
});

describe('hangingLines', () => {
  it('puts what follows under the beginning of the text', () => {
    expect(hangingLines('try: ', 5, 'copy the file again', 18)).toEqual(['try: copy the file', '     again']);
  });
});
