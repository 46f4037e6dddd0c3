import { describe, expect, it } from 'vitest';
import { type ApiScenario, apiScenario } from '../harness/api-scenario.ts';
import { query } from '../harness/database.ts';
import { type RunDocument, runForDocument } from '../harness/run-document.ts';
import { apiRow, rollUps, type StandInRow } from '../stand-in/api-rows.ts';
import type { StandIn } from '../stand-in/finra-stand-in.ts';

const LINE = '--weeks 2025-12-19 --tiers T1 --run-date 2026-02-02';

/** A run inside the test's own process, which is quicker than the real command. */
function runHere({ db, standIn }: ApiScenario, line: string): Promise<RunDocument> {
  return runForDocument(['--db', db, '--source', 'api', '--api-base-url', standIn.url, ...line.split(' ')]);
}

const reconciled = (scenario: ApiScenario, more = '') => runHere(scenario, `${LINE} --reconcile${more}`);

function row(symbol: string, shares: string, trades = '10', given: Partial<StandInRow> = {}): StandInRow {
  return apiRow({
    issueSymbolIdentifier: symbol,
    totalWeeklyShareQuantity: shares,
    totalWeeklyTradeCount: trades,
    ...given,
  });
}

/** FINRA's total of a symbol, whatever its rows say. */
const total = (symbol: string, shares: string, trades = '10', summaryTypeCode = 'ATS_W_SMBL') =>
  row(symbol, shares, trades, { summaryTypeCode, MPID: null, firmCRDNumber: null, marketParticipantName: null });

const receipts = (db: string) =>
  query(
    db,
    `SELECT capture_id, symbols_compared, symbols_equal, symbols_different, largest_share_difference,
      largest_trade_difference
    FROM core_control_receipts JOIN core_captures USING (capture_key) ORDER BY capture_key`,
  );

const asked = ({ requests }: StandIn, code: string) =>
  requests.filter(({ body }) => JSON.stringify(body).includes(`"${code}"`)).length;

describe('--reconcile', () => {
  it("keeps a receipt with the capture when every symbol equals FINRA's own total", async () => {
    const scenario = await apiScenario();
    const rows = [
      row('AAPL', '1000', '10'),
      row('AAPL', '500', '5', { MPID: 'SGMT' }),
      row('AAPL', '70', '7', { productTypeCode: 'ARCA' }),
      row('RNA', '20', '2', { issueName: 'Avidity' }),
      row('RNA', '30', '3', { issueName: 'Another issuer' }),
    ];
    scenario.standIn.publish([...rows, ...rollUps(rows)]);
    const ended = await scenario.end(`${LINE} --reconcile --json`);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toMatchObject({ totals: { ingested: 1, anomalies: 0 } });
    expect(receipts(scenario.db)).toEqual([
      {
        capture_id: 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202',
        symbols_compared: 2n,
        symbols_equal: 2n,
        symbols_different: 0n,
        largest_share_difference: 0n,
        largest_trade_difference: 0n,
      },
    ]);
  });

  it.each<[string, StandInRow[], StandInRow[], string | null]>([
    ['one share', [row('A', '1000')], [total('A', '1001')], null],
    ['two shares', [row('A', '1000')], [total('A', '998')], 'by at most 2 shares and 0 trades: A'],
    ['a trade', [row('A', '1000', '10')], [total('A', '1000', '9')], 'by at most 0 shares and 1 trades: A'],
    [
      'a fraction of a share',
      [row('A', '0.25'), row('A', '0.5', '1', { MPID: 'SGMT' })],
      [total('A', '1', '11')],
      null,
    ],
    ['one share of 2^53', [row('A', '9007199254740993')], [total('A', '9007199254740994')], null],
    [
      'two shares of 2^53',
      [row('A', '9007199254740993')],
      [total('A', '9007199254740995')],
      'by at most 2 shares and 0 trades: A',
    ],
    [
      'a symbol of no one else',
      [row('A', '5'), row('B', '7')],
      [total('A', '5')],
      'by at most 7 shares and 10 trades: B',
    ],
    [
      'a total of no rows',
      [row('A', '5')],
      [total('A', '5'), total('C', '9', '1')],
      'by at most 9 shares and 1 trades: C',
    ],
    ['a total that is no number', [row('A', '5')], [total('A', 'N/A')], 'by at most 5 shares and 0 trades: A'],
    ['totals that add up', [row('A', '5')], [total('A', '2', '4'), total('A', '3', '6')], null],
  ])('of rows and totals that differ by %s', async (_, rows, totals, difference) => {
    const scenario = await apiScenario();
    scenario.standIn.publish([...rows, ...totals]);
    const { exit_code, notices } = await reconciled(scenario);
    const compared = new Set([...rows, ...totals].map((each) => each.issueSymbolIdentifier)).size;
    const message = `1 of ${compared} symbols differ from FINRA's own totals, ${difference}`;
    expect(exit_code).toBe(0);
    expect(notices.map((notice) => notice.message)).toEqual(difference === null ? [] : [message]);
    expect(receipts(scenario.db)).toMatchObject([
      { symbols_compared: BigInt(compared), symbols_different: difference === null ? 0n : 1n },
    ]);
  });

  it('names ten symbols, those furthest off first, and counts the rest', async () => {
    const scenario = await apiScenario();
    const symbols = Array.from({ length: 13 }, (_, index) => `S${String(index).padStart(2, '0')}`);
    scenario.standIn.publish(
      symbols.flatMap((symbol, index) => [row(symbol, '1000'), total(symbol, String(1000 + 2 * index))]),
    );
    const { notices } = await reconciled(scenario);
    expect(notices).toEqual([
      {
        severity: 'WARN',
        category: 'CONTROL_TOTALS_DIFFER',
        week_ending: '2025-12-19',
        tier: 'NMS_TIER_1',
        message:
          "12 of 13 symbols differ from FINRA's own totals, by at most 24 shares and 0 trades: " +
          'S12, S11, S10, S09, S08, S07, S06, S05, S04, S03 and 2 more',
      },
    ]);
  });

  it('keeps ATS and non-ATS rows of a symbol apart', async () => {
    const scenario = await apiScenario();
    const otc = { summaryTypeCode: 'OTC_W_SMBL_FIRM', MPID: null };
    scenario.standIn.publish([
      ...[row('A', '100'), total('A', '100')],
      ...[row('A', '900', '10', otc), total('A', '800', '10', 'OTC_W_SMBL')],
    ]);
    const { notices } = await reconciled(scenario, ' --summary-types ats,non-ats');
    expect(notices.map(({ message }) => message)).toEqual([
      "1 of 2 symbols differ from FINRA's own totals, by at most 100 shares and 0 trades: A (non-ATS)",
    ]);
  });

  it.each<[string, (standIn: StandIn) => void, string]>([
    ['FINRA has none', () => {}, 'FINRA has no totals per symbol for it'],
    [
      'they cannot be fetched',
      (standIn) =>
        standIn.fault({
          fault: { kind: 'status', status: 400, body: 'no such thing' },
          when: ({ body }) => JSON.stringify(body).includes('"ATS_W_SMBL"'),
        }),
      "FINRA's weeklySummary answered HTTP 400: no such thing",
    ],
    [
      'they add up to more than a number can hold',
      (standIn) => {
        const most = '9223372036854775807';
        standIn.publish([row('A', '5'), total('A', most), total('A', most, '11')]);
      },
      "FINRA's totals of a symbol add up past 9223372036854775807",
    ],
  ])('warns when %s, and the capture is accepted all the same', async (_, arrange, why) => {
    const scenario = await apiScenario();
    scenario.standIn.publish([row('A', '5')]);
    arrange(scenario.standIn);
    const document = await reconciled(scenario);
    expect(document).toMatchObject({ exit_code: 0, totals: { ingested: 1 } });
    expect(document.notices).toMatchObject([
      { category: 'NOT_RECONCILED', message: `not compared with FINRA's totals per symbol: ${why}` },
    ]);
    expect(receipts(scenario.db)).toEqual([]);
  });

  it('settles its warning when a restatement agrees, and the receipt of each capture stays', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish([row('A', '5'), total('A', '50')]);
    await reconciled(scenario);
    scenario.standIn.publish([row('A', '50'), total('A', '50')]);
    await reconciled(scenario, ' --run-date 2026-02-09');
    expect(receipts(scenario.db).map((receipt) => receipt.symbols_different)).toEqual([1n, 0n]);
    expect(query(scenario.db, 'SELECT category FROM core_anomalies WHERE resolved_at IS NULL')).toEqual([]);
  });

  it.each<[string, StandInRow[], string]>([
    ['differed', [row('A', '5'), total('A', '50')], ' --reconcile'],
    ['were not published yet', [row('A', '5')], ' --reconcile'],
    ['were not asked for', [row('A', '5')], ''],
  ])('makes up for totals that %s when the partition is taken again on its own run date', async (_, rows, first) => {
    const scenario = await apiScenario();
    scenario.standIn.publish(rows);
    await runHere(scenario, LINE + first);
    const captures = "SELECT capture_id, captured_at FROM core_captures WHERE source = 'api'";
    const before = query(scenario.db, captures);
    scenario.standIn.publish([row('A', '5'), total('A', '5')]);
    await reconciled(scenario, ' --force');
    expect(receipts(scenario.db)).toMatchObject([{ symbols_compared: 1n, symbols_different: 0n }]);
    expect(query(scenario.db, 'SELECT category FROM core_anomalies WHERE resolved_at IS NULL')).toEqual([]);
    expect(query(scenario.db, captures)).toEqual(before);
  });

  it('gives way to the receipt of a replay that takes the place of its capture', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish([row('A', '5'), total('A', '50')]);
    await reconciled(scenario);
    scenario.standIn.publish([row('A', '50'), total('A', '50')]);
    await reconciled(scenario);
    expect(receipts(scenario.db)).toMatchObject([{ symbols_different: 0n }]);
    expect(query(scenario.db, 'PRAGMA foreign_key_check')).toEqual([]);
  });

  it('asks FINRA for nothing when it is not given, or when there is nothing to normalize', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish([row('A', '5'), total('A', '50')]);
    await runHere(scenario, LINE);
    await reconciled(scenario);
    expect(asked(scenario.standIn, 'ATS_W_SMBL')).toBe(0);
    expect(receipts(scenario.db)).toEqual([]);
  });
});
