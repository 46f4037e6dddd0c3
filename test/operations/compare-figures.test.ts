import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFigures } from '../../src/operations/compare-figures.ts';
import type { FigureRow, FigureTable } from '../../src/store/figures.ts';

const TABLE: FigureTable = {
  name: 'volumes',
  stage: 'VENUE_VOLUME',
  key: ['symbol', 'line'],
  texts: ['name'],
  numbers: ['shares'],
};

function row(symbol: string, shares: string | null = '1', name: string | null = 'a', line = 1): FigureRow {
  return { symbol, line, name, shares };
}

// Batches of uneven length, which must not matter.
async function* each(rows: readonly FigureRow[]): AsyncGenerator<readonly FigureRow[]> {
  for (let start = 0, size = 1; start < rows.length; start += size, size++) yield rows.slice(start, start + size);
}

const compare = (stored: readonly FigureRow[], derived: readonly FigureRow[]) =>
  compareFigures(TABLE, each(stored), each(derived));

describe('two sets of figures', () => {
  it.each<[string, FigureRow, FigureRow]>([
    ['whole numbers past 2^53', row('A', '9007199254740993'), row('A', '9007199254740993')],
    [
      'fractions that differ in the last digits of a double',
      row('A', '0.333333333333333'),
      row('A', '0.333333333333334'),
    ],
    ['a whole number and the same as a fraction', row('A', '5'), row('A', '5.0')],
    ['nothing and nothing', row('A', null), row('A', null)],
  ])('are equal with %s', async (_, stored, derived) => {
    expect(await compare([stored], [derived])).toBeNull();
  });

  it.each<[string, FigureRow, FigureRow]>([
    ['neighbouring whole numbers past 2^53', row('A', '9007199254740993'), row('A', '9007199254740994')],
    ['fractions', row('A', '0.3333'), row('A', '0.3334')],
    ['a number and nothing', row('A', '0'), row('A', null)],
    ['texts', row('A', '1', 'a'), row('A', '1', 'A')],
    ['a text and nothing', row('A', '1', ''), row('A', '1', null)],
  ])('differ by %s', async (_, stored, derived) => {
    expect(await compare([stored], [derived])).toEqual({
      table: 'volumes',
      surplus: 0,
      missing: 0,
      changed: 1,
      examples: ['changed A | 1'],
    });
  });

  it('are told apart by rows that only one of them has', async () => {
    expect(await compare([row('A'), row('C'), row('D')], [row('B'), row('C'), row('E')])).toEqual({
      table: 'volumes',
      surplus: 2,
      missing: 2,
      changed: 0,
      examples: ['surplus A | 1', 'missing B | 1', 'surplus D | 1'],
    });
  });

  it('are taken in the order of a database: numbers by value, texts by their bytes', async () => {
    const rows = [row('A', '1', 'a', 2), row('A', '1', 'a', 10), row('Z'), row('a'), row('\uffee'), row('\u{1f600}')];
    expect(await compare(rows, rows)).toBeNull();
    expect(await compare(rows, rows.slice(0, 5))).toMatchObject({ surplus: 1, missing: 0, changed: 0 });
  });

  it('count just the rows that were added, removed and changed', async () => {
    const kinds = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 999 }), fc.constantFrom('same', 'surplus', 'missing', 'changed')),
      {
        selector: ([line]) => line,
        maxLength: 30,
      },
    );
    await fc.assert(
      fc.asyncProperty(kinds, async (lines) => {
        const sorted = [...lines].sort(([a], [b]) => a - b);
        const stored = sorted.filter(([, kind]) => kind !== 'missing').map(([line]) => row('A', '1', 'a', line));
        const derived = sorted
          .filter(([, kind]) => kind !== 'surplus')
          .map(([line, kind]) => row('A', kind === 'changed' ? '2' : '1', 'a', line));
        const count = (kind: string) => sorted.filter((each) => each[1] === kind).length;
        const expected = { surplus: count('surplus'), missing: count('missing'), changed: count('changed') };
        const difference = await compare(stored, derived);
        if (sorted.every(([, kind]) => kind === 'same')) expect(difference).toBeNull();
        else expect(difference).toMatchObject(expected);
      }),
    );
  });
});
