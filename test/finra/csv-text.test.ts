import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldCount, parseCsv, splitRecords } from '../../src/finra/csv-text.ts';

describe('fieldCount', () => {
  it.each([
    ['', 1],
    ['a', 1],
    ['a,b', 2],
    [',', 2],
    ['"",""', 2],
    ['"a,b",c', 2],
    ['a,"b""c"', 2],
    ['"""",,"a\nb"', 3],
    ['a"b', 'misplaced'],
    ['a, "b"', 'misplaced'],
    ['"a"b', 'misplaced'],
    ['"a" ,b', 'misplaced'],
    ['a"', 'misplaced'],
    ['"', 'open'],
    ['"a""', 'open'],
    ['a,"b,c', 'open'],
    ['"a","', 'open'],
  ])('of %j is %j', (record, count) => {
    expect(fieldCount(record)).toBe(count);
  });

  it('agrees with csv-parse on every record, and on every broken one', () => {
    const records = fc.string({ unit: fc.constantFrom('"', '"', ',', 'a', ' ', '\r', 'é'), maxLength: 12 });
    fc.assert(
      fc.property(records, (record) => {
        const parsed = parseCsv(`x,${record}`);
        const count = fieldCount(`x,${record}`);
        if (parsed.status !== 'ok') expect(['open', 'misplaced']).toContain(count);
        else expect(count).toBe(parsed.records[0]?.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('splitRecords', () => {
  it('splits records of one width, and keeps what quotes protect', () => {
    expect(splitRecords(['a,"b,""c"""', '"d\r\ne",f\r'])).toEqual([
      ['a', 'b,"c"'],
      ['d\r\ne', 'f\r'],
    ]);
    expect(splitRecords([])).toEqual([]);
  });
});

describe('parseCsv', () => {
  it('gives the records of a text, whatever their widths and line ends', () => {
    expect(parseCsv('a,b\r\n"c\nd"\n')).toEqual({ status: 'ok', records: [['a', 'b'], ['c\nd']] });
  });

  it.each(['"a', 'a"b', '"a"b'])('has no records for %j', (text) => {
    expect(parseCsv(text)).toEqual({ status: 'malformed' });
  });
});
