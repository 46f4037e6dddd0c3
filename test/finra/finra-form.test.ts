import { describe, expect, it } from 'vitest';
import { OFFICIAL, readAll, textOf } from './reading.ts';

describe("FINRA's own form", () => {
  it('takes quotes, commas and hashes as data', async () => {
    const row = 'OTC|AB#C|"Quoted", Inc. 7" Notes|"ATS|ABCD|1|2|2025-12-15';
    const { rows } = await readAll(textOf(OFFICIAL, row));
    expect(rows).toEqual([{ lineNumber: 2, fields: row.split('|'), text: null }]);
  });

  it('leaves fields as they were sent, untrimmed', async () => {
    const row = ' OTC | ABC|||  |1 | 2|2025-12-15 ';
    expect((await readAll(textOf(OFFICIAL, row))).rows[0]?.fields).toEqual(row.split('|'));
  });

  it("keeps the row's text where its fields do not rebuild it", async () => {
    const row = 'OTC|ABC|ABC Inc|X ATS|XATS|1|2|2025-12-15|extra';
    const { rows } = await readAll(`${OFFICIAL}|more\r\n${row}\r\n`);
    expect(rows).toEqual([{ lineNumber: 2, fields: row.split('|'), text: row }]);
  });

  it('reads on after lines that hold nothing but bars, or none', async () => {
    const row = 'OTC|ABC|ABC Inc|X ATS|XATS|1|2|2025-12-15';
    const { rows } = await readAll(textOf(OFFICIAL, '|'.repeat(5000), row, 'x'.repeat(5000), row, '|||||||'));
    expect(rows.map(({ fields }) => fields?.length ?? null)).toEqual([null, 8, null, 8, 8]);
  });

  it('takes lines of any length up to the limit', async () => {
    const row = `OTC|ABC|${'x'.repeat(1024 * 1024 - 100)}|X ATS|XATS|1|2|2025-12-15`;
    expect((await readAll(textOf(OFFICIAL, row, row), 300_000)).rows).toHaveLength(2);
    const longer = `${row}${'x'.repeat(200)}`;
    await expect(readAll(textOf(OFFICIAL, longer), 300_000)).rejects.toMatchObject({ code: 'line_too_long' });
    await expect(readAll(textOf(OFFICIAL, longer), 3_000_000)).rejects.toMatchObject({ code: 'line_too_long' });
  });
});
