import { describe, expect, it } from 'vitest';
import { TIERS, type Tier } from '../../src/domain/tier.ts';
import { encodeOfficial } from '../generator/encode.ts';
import { CLEAN_DIR, fixtureFileName, formDir, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { publicationDay, TIER_DESCRIPTIONS } from '../generator/week.ts';
import { execute, query, value } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WEEK = '2025-12-19';
const RUN = `--weeks ${WEEK} --run-date 2026-02-02`;
const MAX = 9_223_372_036_854_775_807n;

type Row = [symbol: string, issueName: string, shares: string, trades?: string];

/** A scenario whose files hold the given rows, all of one venue; a tier that is left out has a symbol of its own. */
function tiersOf(rows: Partial<Record<Tier, Row[]>>): Scenario {
  const scenario = createScenario();
  for (const tier of TIERS) {
    const own = rows[tier] ?? [[`OF.${tier}`, 'Own Common Stock', '10'] as Row];
    const text = own.map(
      ([issueSymbolIdentifier, issueName, totalWeeklyShareQuantity, totalWeeklyTradeCount = '1']) => ({
        tierDescription: TIER_DESCRIPTIONS[tier],
        issueSymbolIdentifier,
        issueName,
        marketParticipantName: 'UBS ATS',
        MPID: 'UBSA',
        totalWeeklyShareQuantity,
        totalWeeklyTradeCount,
        lastUpdateDate: publicationDay(WEEK, tier),
      }),
    );
    scenario.write(fixtureFileName({ weekEnding: WEEK, tier }), encodeOfficial(text));
  }
  return scenario;
}

const splitOf = ({ db }: Scenario, symbol: string) =>
  query(
    db,
    `SELECT tier, issue_name, tier_shares, symbol_shares, tier_share FROM finra_otc_transparency_tier_split_latest
    WHERE symbol = ? ORDER BY issue_name, tier`,
    symbol,
  );

describe('the tier split of a week', () => {
  it('is each tier’s part of a symbol’s shares', async () => {
    const scenario = tiersOf({
      NMS_TIER_1: [['AAA', 'Alpha Common Stock', '300']],
      OTC: [['AAA', 'Alpha Common Stock', '100']],
    });
    await scenario.run(RUN);
    const issue = { issue_name: 'Alpha Common Stock', symbol_shares: 400n };
    expect(splitOf(scenario, 'AAA')).toEqual([
      { ...issue, tier: 'NMS_TIER_1', tier_shares: 300n, tier_share: 0.75 },
      { ...issue, tier: 'OTC', tier_shares: 100n, tier_share: 0.25 },
    ]);
    expect(splitOf(scenario, 'OF.NMS_TIER_2')).toMatchObject([{ tier: 'NMS_TIER_2', tier_share: 1 }]);
  });

  it('keeps two issues of one symbol apart', async () => {
    const scenario = tiersOf({
      NMS_TIER_1: [['AAA', 'Alpha Common Stock', '300']],
      NMS_TIER_2: [['AAA', 'Another Common Stock', '100']],
    });
    await scenario.run(RUN);
    expect(splitOf(scenario, 'AAA').map(({ issue_name, tier_share }) => `${issue_name} ${tier_share}`)).toEqual([
      'Alpha Common Stock 1',
      'Another Common Stock 1',
    ]);
  });

  it('has no row for a symbol without shares', async () => {
    const scenario = tiersOf({ NMS_TIER_1: [['AAA', 'Alpha Common Stock', '0', '3']], OTC: [['BBB', 'Beta', '5']] });
    await scenario.run(RUN);
    expect(splitOf(scenario, 'AAA')).toEqual([]);
    expect(splitOf(scenario, 'BBB')).toHaveLength(1);
  });

  it('has the empty part of a tier where a symbol traded without shares', async () => {
    const scenario = tiersOf({
      NMS_TIER_1: [['AAA', 'Alpha Common Stock', '0', '3']],
      OTC: [['AAA', 'Alpha Common Stock', '100']],
    });
    await scenario.run(RUN);
    expect(splitOf(scenario, 'AAA')).toMatchObject([
      { tier: 'NMS_TIER_1', tier_shares: 0n, symbol_shares: 100n, tier_share: 0 },
      { tier: 'OTC', tier_shares: 100n, symbol_shares: 100n, tier_share: 1 },
    ]);
  });

  it('is the same whether the venue shares are there or not', async () => {
    const scenario = createScenario(
      CLEAN_DIR,
      TIERS.map((tier) => ({ weekEnding: WEEK, tier })),
    );
    await scenario.run(RUN);
    const split = () =>
      query(
        scenario.db,
        `SELECT tier, venue_type, symbol, issue_name, tier_shares, symbol_shares
        FROM finra_otc_transparency_tier_split_latest ORDER BY symbol, issue_name, venue_type, tier`,
      );
    const before = split();
    expect(before.length).toBeGreaterThan(100);
    execute(scenario.db, "DELETE FROM symbol_totals; DELETE FROM core_capture_calcs WHERE stage = 'VENUE_SHARE'");
    execute(scenario.db, "DELETE FROM core_manifest WHERE stage = 'TIER_SPLIT'");
    const document = await scenario.run(`--weeks ${WEEK} --run-date 2026-02-03`);
    expect(document.weeks[0]?.tier_split).toMatchObject({ status: 'computed', row_count: before.length });
    expect(split()).toEqual(before);
  });

  it('fails when the tiers’ shares add up past 2^63-1, and harms nothing else', async () => {
    const scenario = tiersOf({
      NMS_TIER_1: [['AAA', 'Alpha Common Stock', `${MAX}`]],
      OTC: [['AAA', 'Alpha Common Stock', '1']],
    });
    const document = await scenario.run(RUN);
    expect(document).toMatchObject({ exit_code: 1, totals: { ingested: 3, failed: 0 } });
    expect(document.weeks[0]?.tier_split).toMatchObject({
      status: 'failed',
      error: { code: 'quantity_overflow', message: expect.stringContaining(`past ${MAX}`) },
    });
    expect(value(scenario.db, "SELECT count(*) FROM core_captures WHERE tier = 'ALL_TIERS'")).toBe(0n);
    expect(document.weeks[0]?.readiness).toMatchObject({ ready: false });
  });

  it('is exact to just 2^63-1', async () => {
    const scenario = tiersOf({
      NMS_TIER_1: [['AAA', 'Alpha Common Stock', `${MAX - 1n}`]],
      OTC: [['AAA', 'Alpha Common Stock', '1']],
    });
    expect((await scenario.run(RUN)).exit_code).toBe(0);
    expect(splitOf(scenario, 'AAA').map(({ symbol_shares }) => symbol_shares)).toEqual([MAX, MAX]);
  });

  it('covers the venue types that all three captures hold', async () => {
    const scenario = createScenario(
      CLEAN_DIR,
      TIERS.map((tier) => ({ weekEnding: WEEK, tier })),
    );
    scenario.put(formDir('non_ats'), [SMALL_PARTITION]);
    expect((await scenario.run(`${RUN} --max-shrinkage 100`)).exit_code).toBe(0);
    const types = (view: string) =>
      query(scenario.db, `SELECT DISTINCT venue_type FROM finra_otc_transparency_${view}_latest ORDER BY 1`).map(
        (row) => row.venue_type,
      );
    expect(types('normalized')).toEqual(['ATS', 'NON_ATS']);
    expect(types('tier_split')).toEqual(['ATS']);
  });

  it('waits for all three tiers without a work item, and without an effect on the exit code', async () => {
    const scenario = createScenario(CLEAN_DIR, [SMALL_PARTITION]);
    const document = await scenario.run(`${RUN} --tiers T1`);
    expect(document).toMatchObject({ exit_code: 0, weeks: [{ tier_split: { status: 'awaited' } }] });
    expect(value(scenario.db, "SELECT count(*) FROM core_work_items WHERE pipeline = 'compute_tier_split'")).toBe(0n);
  });
});
