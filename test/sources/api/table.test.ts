import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExact, readDelimited, readJson } from '../../../src/sources/api/table.ts';

describe('delimited text', () => {
  it('is split at its commas, quotes and escaped quotes, with any line ends', () => {
    expect(readDelimited('"a","b"\r\n"1,5","The ""Best"""\r\n\r\n"",x\r\n')).toEqual({
      columns: ['a', 'b'],
      rows: [
        ['1,5', 'The "Best"'],
        ['', 'x'],
      ],
    });
  });

  it('may be empty', () => {
    expect(readDelimited('')).toEqual({ columns: [], rows: [] });
  });

  it.each(['"a","b"\n"The "Best"","x"\n', '"a","b"\n"open', 'a,b\n1\n', 'a,b\n1,2,3\n'])(
    'is not split on a guess: %j',
    (text) => {
      expect(readDelimited(text)).toBeNull();
    },
  );
});

describe('JSON', () => {
  it('keeps numbers as they are written, null as nothing, and digits inside texts', () => {
    expect(readJson('[{"a":9007199254740993,"b":"1e5 \\"7\\""},{"b":null,"c":1.50E+2}]')).toEqual({
      columns: ['a', 'b', 'c'],
      rows: [
        ['9007199254740993', '1e5 "7"', ''],
        ['', '', '1.50E+2'],
      ],
    });
  });

  it.each(['', '{}', 'null', '[1]', '[null]', '[{"a":{}}]', '[{"a":[1]}]', '[{"a":1}', '{"message":"down"}'])(
    'that is no list of rows is none: %j',
    (text) => {
      expect(readJson(text)).toBeNull();
    },
  );

  it('reads any value that JSON.parse reads, but for its numbers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const numbersAsText = JSON.parse(
          JSON.stringify(value, (_key, part) => (typeof part === 'number' ? JSON.stringify(part) : part)),
        );
        expect(parseExact(JSON.stringify(value))).toEqual(numbersAsText);
      }),
    );
  });
});
