import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV, readAll, textOf } from './reading.ts';

const GOOD = 'OTC,ABC,ABC Inc,X ATS,XATS,1,2,2025-12-15';
const TRADES = '1,2,2025-12-15';

describe('ordinary CSV', () => {
  it('takes quotes away and keeps what they hold', async () => {
    const row = `"OTC","ABC","A ""quoted"" name, Inc. | Ltd","X ATS",XATS,"1","2","2025-12-15"`;
    const { rows } = await readAll(textOf(CSV, row));
    expect(rows).toEqual([
      {
        lineNumber: 2,
        fields: ['OTC', 'ABC', 'A "quoted" name, Inc. | Ltd', 'X ATS', 'XATS', '1', '2', '2025-12-15'],
        text: row,
      },
    ]);
  });

  it('leaves fields as they were sent, untrimmed', async () => {
    const { rows } = await readAll(textOf(CSV, ` OTC , ABC,,,"  ",${TRADES} `));
    expect(rows[0]?.fields).toEqual([' OTC ', ' ABC', '', '', '  ', '1', '2', '2025-12-15 ']);
  });

  it('reads a record that spans lines, and names the line it starts on', async () => {
    const spanning = `OTC,ABC,"first\r\n\r\nthird",X ATS,XATS,${TRADES}`;
    const { rows } = await readAll(`${CSV}\r\n${spanning}\r\n${GOOD}\r\n`);
    expect(rows.map(({ lineNumber, text }) => ({ lineNumber, text }))).toEqual([
      { lineNumber: 2, text: spanning },
      { lineNumber: 5, text: GOOD },
    ]);
    expect(rows[0]?.fields?.[2]).toBe('first\r\n\r\nthird');
  });

  it.each([
    ['a quote inside a plain field', `OTC,ABC,5" pipe,X ATS,XATS,${TRADES}`],
    ['two quotes inside a plain field', `OTC,ABC,a "b" c,X ATS,XATS,${TRADES}`],
    ['text after a closing quote', `OTC,ABC,"ABC" Inc,X ATS,XATS,${TRADES}`],
    ['a space before a quote', `OTC,ABC, "ABC Inc",X ATS,XATS,${TRADES}`],
    ['a bare comma in a name', `OTC,ABC,ABC, Inc,X ATS,XATS,${TRADES}`],
    ['a lone quote at its end', `${GOOD}"`],
  ])('keeps a row with %s as malformed and goes on with the next line', async (_, row) => {
    const { rows } = await readAll(`${CSV}\r\n${GOOD}\r\n${row}\r\n${GOOD}\r\n`);
    expect(rows.map(({ fields }) => fields !== null)).toEqual([true, false, true]);
    expect(rows[1]).toEqual({ lineNumber: 3, fields: null, text: row });
  });

  it('loses one line only to a quote that the next quoted line shows to be stray', async () => {
    const stray = `OTC,ABC,"ABC Inc,X ATS,XATS,${TRADES}`;
    const quoted = `OTC,ABC,"ABC, Inc",X ATS,XATS,"1",2,2025-12-15`;
    const { rows } = await readAll(textOf(CSV, GOOD, stray, GOOD, `x"`, quoted, GOOD));
    expect(rows.map(({ lineNumber, fields }) => [lineNumber, fields !== null])).toEqual([
      [2, true],
      [3, false],
      [4, true],
      [5, false],
      [6, true],
      [7, true],
    ]);
  });

  it.each([
    ['the last line', textOf(CSV, GOOD, 'OTC,ABC,"ABC Inc'), 3],
    ['an earlier line', textOf(CSV, `OTC,ABC,"ABC Inc,X ATS,XATS,${TRADES}`, GOOD, GOOD), 2],
    ['a cut line', `${CSV}\n${GOOD}\nOTC,ABC,"ABC`, 3],
  ])('is truncated when a quote on %s is never closed', async (_, text, line) => {
    await expect(readAll(text)).rejects.toMatchObject({
      code: 'truncated_file',
      message: `the file is cut off: a quote opened in the record on line ${line} is never closed`,
    });
  });

  it('refuses a record that grows beyond the limit', async () => {
    const opened = textOf(CSV, GOOD, `OTC,ABC,"ABC Inc,X ATS`, ...Array<string>(40_000).fill(GOOD));
    for (const text of [opened, `${opened}x"\n`]) {
      await expect(readAll(text)).rejects.toMatchObject({
        code: 'line_too_long',
        message: 'the record that starts on line 3 is longer than 1048576 bytes',
      });
    }
  });

  it('reads back whatever fields a writer quotes', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '|', 'é') });
    const rows = fc.array(fc.array(field, { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 64 }), async (sent, chunkBytes) => {
        const named = sent.map((fields) => ['OTC', ...fields]);
        const text = textOf(CSV, ...named.map((fields) => fields.map(quoted).join(',')));
        const read = await readAll(text, chunkBytes);
        expect(read.rows.map(({ fields }) => fields)).toEqual(named);
        expect(read.rows.map((row) => row.text).join('\n')).toBe(text.slice(CSV.length + 1, -1));
      }),
      { numRuns: 150 },
    );
  });
});

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
