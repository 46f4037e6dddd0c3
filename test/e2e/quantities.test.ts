import { describe, expect, it } from 'vitest';
import { encodeOfficial } from '../generator/encode.ts';
import { fixtureFileName, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { query, value } from '../harness/database.ts';
import { createScenario } from '../harness/scenario.ts';

const MAX = 9_223_372_036_854_775_807n;

/** What the store makes of one row for each of `rows`: symbol, MPID, shares, trades. */
async function store(...rows: Array<[symbol: string, mpid: string, shares: string, trades?: string]>) {
  const scenario = createScenario();
  const text = encodeOfficial(
    rows.map(([symbol, mpid, shares, trades = '1']) => ({
      tierDescription: 'NMS Tier 1',
      issueSymbolIdentifier: symbol,
      issueName: `${symbol} Common Stock`,
      marketParticipantName: `${mpid} ATS`,
      MPID: mpid,
      totalWeeklyShareQuantity: shares,
      totalWeeklyTradeCount: trades,
      lastUpdateDate: '2026-01-05',
    })),
  );
  scenario.write(fixtureFileName(SMALL_PARTITION), text);
  const document = await scenario.run('--weeks 2025-12-19 --tiers T1 --run-date 2026-02-02 --max-reject-share 100');
  return { db: scenario.db, document };
}

describe('whole quantities', () => {
  it('are exact to 2^63-1, from the file to every view', async () => {
    const { db } = await store(
      ['AAA', 'UBSA', `${MAX}`, `${MAX}`],
      ['BBB', 'UBSA', '9007199254740993', '9007199254740993'],
    );
    for (const [symbol, quantity] of [
      ['AAA', MAX],
      ['BBB', 9_007_199_254_740_993n],
    ] as const) {
      const one = (view: string, columns: string) =>
        query(db, `SELECT ${columns} FROM finra_otc_transparency_${view}_latest WHERE symbol = ?`, symbol)[0];
      expect(one('raw', 'total_shares, total_trades')).toEqual({
        total_shares: `${quantity}`,
        total_trades: `${quantity}`,
      });
      expect(one('normalized', 'total_shares, total_trades')).toEqual({
        total_shares: quantity,
        total_trades: quantity,
      });
      expect(one('venue_volume', 'total_shares, total_trades')).toEqual({
        total_shares: quantity,
        total_trades: quantity,
      });
      expect(one('venue_share', 'venue_shares, symbol_shares, venue_share')).toEqual({
        venue_shares: quantity,
        symbol_shares: quantity,
        venue_share: 1,
      });
      expect(one('hhi', 'symbol_shares, hhi')).toEqual({ symbol_shares: quantity, hhi: 1 });
    }
  });

  it('are exact when they add up to just 2^63-1', async () => {
    const { db } = await store(['AAA', 'UBSA', `${MAX - 1n}`], ['AAA', 'SGMT', '1']);
    expect(value(db, 'SELECT DISTINCT symbol_shares FROM finra_otc_transparency_venue_share')).toBe(MAX);
  });

  it('fail the partition when a symbol has one more, and name the symbol', async () => {
    const { document } = await store(['AAA', 'UBSA', `${MAX}`], ['AAA', 'SGMT', '1'], ['BBB', 'SGMT', '1']);
    expect(document.partitions[0]?.error).toMatchObject({
      code: 'quantity_overflow',
      message: `the quantities of AAA add up past ${MAX}`,
    });
  });

  it('may be that large in many symbols, whose sum no one asks for', async () => {
    const { db, document } = await store(
      ['AAA', 'UBSA', `${MAX}`],
      ['BBB', 'UBSA', `${MAX}`],
      ['CCC', 'UBSA', `${MAX}`],
    );
    expect(document.exit_code).toBe(0);
    expect(value(db, 'SELECT count(*) FROM finra_otc_transparency_hhi_latest')).toBe(3n);
  });

  it.each([
    '9223372036854775808',
    '99999999999999999999',
    '+5',
    '1e5',
    '1,500',
    '0x10',
    '1.',
    '.5',
    '1.1234567',
    '1.2.3',
    '5 5',
    '',
  ])('are not written %j', async (text) => {
    const { db } = await store(['AAA', 'UBSA', text], ['BBB', 'UBSA', '1']);
    expect(query(db, 'SELECT reject_code, line_number FROM core_rejects')).toEqual([
      { reject_code: 'INVALID_SHARES', line_number: 2n },
    ]);
  });

  it.each<[text: string, stored: bigint | number]>([
    ['007', 7n],
    [' 12 ', 12n],
    ['5.0', 5n],
    ['5.000000', 5n],
    ['0000000000000000000000012', 12n],
    ['0.000001', 0.000001],
    ['1.5', 1.5],
    ['9007199254740993.000', 9_007_199_254_740_993n],
    ['123456789012.123456', Number('123456789012.123456')],
  ])('written %j are %s shares', async (text, stored) => {
    const { db } = await store(['AAA', 'UBSA', text]);
    expect(value(db, 'SELECT total_shares FROM finra_otc_transparency_normalized')).toBe(stored);
    expect(value(db, 'SELECT total_shares FROM finra_otc_transparency_raw')).toBe(text);
  });

  it('of trades have no fraction', async () => {
    const { db } = await store(['AAA', 'UBSA', '10', '1.5'], ['BBB', 'UBSA', '10', '1.0'], ['CCC', 'UBSA', '10', '1']);
    expect(query(db, 'SELECT reject_code, line_number FROM core_rejects ORDER BY line_number')).toEqual([
      { reject_code: 'INVALID_TRADES', line_number: 2n },
      { reject_code: 'INVALID_TRADES', line_number: 3n },
    ]);
  });

  it('of a symbol without shares make volumes, and no ratios', async () => {
    const { db } = await store(['AAA', 'UBSA', '0', '3'], ['BBB', 'UBSA', '10', '3']);
    const symbols = (view: string) =>
      query(db, `SELECT DISTINCT symbol FROM finra_otc_transparency_${view}_latest ORDER BY 1`).map(
        (row) => row.symbol,
      );
    expect(symbols('venue_volume')).toEqual(['AAA', 'BBB']);
    expect(symbols('venue_share')).toEqual(['BBB']);
    expect(symbols('hhi')).toEqual(['BBB']);
  });
});
