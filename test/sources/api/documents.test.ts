import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLUMNS, OFFICIAL_HEADER } from '../../../src/finra/columns.ts';
import { parseSource } from '../../../src/finra/parse-source.ts';
import { apiRow, FIELDS, manyRows, rowsOfOfficialFile, type StandInRow } from '../../stand-in/api-rows.ts';
import type { StandInOptions } from '../../stand-in/finra-stand-in.ts';
import { shuffled } from '../../stand-in/seeded-order.ts';
import { stage } from './stage.ts';

const ATS = manyRows(30);

const OFFICIAL = `${OFFICIAL_HEADER.join('|')}
NMS Tier 1|BRK.B|Berkshire Hathaway Inc. Class B|UBSA UBS ATS|UBSA|1234567|890|2026-01-05
NMS Tier 1|AAPL|Apple Inc. Common Stock|UBSA UBS ATS|UBSA|9007199254740993|12|2026-01-05
NMS Tier 1|AAPL|Apple Inc. Common Stock|SGMT SIGMA X2|SGMT|0.125|1|2026-01-05
NMS Tier 1|QUOT|The "Best" Company, Inc. #1|SGMT SIGMA X2|SGMT|500|3|2026-01-05
`;

async function documentOf(rows: readonly StandInRow[], options: StandInOptions = {}): Promise<string> {
  const { standIn, read } = await stage(options);
  standIn.publish(rows);
  return read();
}

async function fieldsOf(text: string, columns: readonly (typeof COLUMNS)[number][]): Promise<string[]> {
  const parsed = await parseSource(chunks(text));
  const found: string[] = [];
  for await (const batch of parsed.rows)
    for (const row of batch)
      found.push(columns.map((column) => row.fields?.[parsed.layout.columns.get(column) ?? -1] ?? '?').join('|'));
  return found.sort();
}

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe('the document of a partition', () => {
  it('has a fixed header, one line a row in the order of its text, and quotes only where needed', async () => {
    const rows = [
      apiRow({ issueSymbolIdentifier: 'B', issueName: 'The "Best", Inc.' }),
      apiRow({ issueSymbolIdentifier: 'A' }),
    ];
    expect(await documentOf(rows)).toBe(
      `${COLUMNS.join(',')}
NMS Tier 1,T1,A,Apple Inc. Common Stock,UBSA UBS ATS,UBSA,104031,1500,12,,,ATS_W_SMBL_FIRM,2025-12-15,2026-01-05
NMS Tier 1,T1,B,"The ""Best"", Inc.",UBSA UBS ATS,UBSA,104031,1500,12,,,ATS_W_SMBL_FIRM,2025-12-15,2026-01-05
`,
    );
  });

  it('holds the rows of the official file of the same week, figure by figure', async () => {
    const document = await documentOf(rowsOfOfficialFile(OFFICIAL, '2025-12-15'));
    expect(await fieldsOf(document, OFFICIAL_HEADER)).toEqual(await fieldsOf(OFFICIAL, OFFICIAL_HEADER));
  });

  const ways: [string, StandInOptions][] = [
    ['pages of 7 rows', { pageRows: 7 }],
    ['pages of 1,000 bytes', { pageBytes: 1000 }],
    ['a page a row', { pageBytes: 1 }],
    ['another order of rows', { seed: 99 }],
    ['another order of fields', { fields: FIELDS.toReversed() }],
    ['JSON', { form: 'json' }],
    ['JSON in pages', { form: 'json', pageRows: 11 }],
    ['no data said as an empty 200', { empty: 200 }],
  ];

  it.each(ways)('has the same bytes when the API answers with %s', async (_name, options) => {
    const rows = [...ATS, ...rowsOfOfficialFile(OFFICIAL, '2025-12-15')];
    expect(await documentOf(rows, { ...options, perSecond: 1000 })).toBe(await documentOf(rows));
  });

  it('has other bytes as soon as one figure differs', async () => {
    const [first, ...rest] = ATS;
    const changed = [{ ...(first ?? apiRow({})), totalWeeklyTradeCount: '13' }, ...rest];
    expect(await documentOf(changed)).not.toBe(await documentOf(ATS));
  });

  it('keeps numbers exact beyond the reach of a double, in both forms', async () => {
    const rows = [
      apiRow({ totalWeeklyShareQuantity: '9007199254740993', totalNotionalSum: '123456789012345678.123456' }),
    ];
    for (const form of ['asked', 'json'] as const) {
      const document = await documentOf(rows, { form });
      expect(document).toContain(',9007199254740993,12,123456789012345678.123456,');
    }
  });

  it.each([
    ['1500.0', '1500'],
    ['1.5E3', '1500'],
    ['0.500', '0.5'],
  ])('writes %s as %s', async (written, canonical) => {
    const document = await documentOf([apiRow({ totalWeeklyShareQuantity: written })]);
    expect(document).toContain(`,${canonical},12,`);
  });

  it('takes a date with midnight for the day', async () => {
    const rows = [apiRow({ weekStartDate: '2025-12-15', lastUpdateDate: '2026-01-05T00:00:00.000Z' })];
    expect(await documentOf(rows)).toBe(await documentOf([apiRow({})]));
  });

  it('falls back on JSON for a page whose text cannot be split for certain', async () => {
    const rows = rowsOfOfficialFile(OFFICIAL, '2025-12-15');
    expect(await documentOf(rows, { escapeQuotes: false })).toBe(await documentOf(rows));
  });

  it('has the same bytes for any rows in any order and paging', async () => {
    const row = fc.record({
      issueSymbolIdentifier: fc.stringMatching(/^[A-Z]{1,3}$/),
      issueName: fc.string({ unit: 'binary', maxLength: 12 }),
      MPID: fc.constantFrom('UBSA', 'SGMT'),
      totalWeeklyShareQuantity: fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String),
    });
    const { standIn, read } = await stage({ pageRows: 3, perSecond: 1e9 }, { keepBytes: 0, requestsPerSecond: 1000 });
    const whole = await stage({ form: 'json', perSecond: 1e9 }, { keepBytes: 0, requestsPerSecond: 1000 });
    const rowsOf = fc.uniqueArray(row, {
      minLength: 1,
      maxLength: 12,
      selector: (given) => JSON.stringify([given.issueSymbolIdentifier, given.issueName, given.MPID]),
    });
    await fc.assert(
      fc.asyncProperty(rowsOf, fc.nat(), async (given, seed) => {
        const rows = given.map(apiRow);
        standIn.publish(rows);
        whole.standIn.publish(shuffled(rows, seed));
        expect(await read()).toBe(await whole.read());
      }),
      { numRuns: 15 },
    );
  });
});
