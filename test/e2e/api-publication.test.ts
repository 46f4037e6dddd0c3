import { describe, expect, it } from 'vitest';
import { type ApiScenario, apiScenario } from '../harness/api-scenario.ts';
import { query, value, viewContents } from '../harness/database.ts';
import { outcomesOf, partitionOf } from '../harness/run-document.ts';
import { storedState } from '../harness/stored-state.ts';
import { manyRows, rollUps } from '../stand-in/api-rows.ts';
import { atsRows, FRIDAY, MONDAY, nonAtsRows } from '../stand-in/api-week.ts';

// Tier 1 of the week ending 2025-12-19 is to be published on 2026-01-05, and due after 2026-01-08.
const AWAITED = '2026-01-04';
const LATE = '2026-01-08';
const DUE = '2026-01-09';

const line = (runDate: string, more = '') => `--weeks ${FRIDAY} --tiers T1 --run-date ${runDate}${more}`;

const OTHER_WEEK = manyRows(3, { weekStartDate: '2025-12-08', lastUpdateDate: '2025-12-29' });

async function notListed(): Promise<ApiScenario> {
  const scenario = await apiScenario();
  scenario.standIn.publish(OTHER_WEEK);
  return scenario;
}

async function listedAndEmpty(): Promise<ApiScenario> {
  const scenario = await notListed();
  scenario.standIn.listEmpty(MONDAY, 'T1');
  return scenario;
}

/** What a database says of partitions that came to nothing. */
const traces = (db: string) => ({
  captures: value(db, 'SELECT count(*) FROM core_captures'),
  items: query(db, 'SELECT pipeline, state FROM core_work_items ORDER BY pipeline').map(Object.values),
  anomalies: query(db, 'SELECT severity, category FROM core_anomalies WHERE resolved_at IS NULL').map(Object.values),
});

const WARNED = [['WARN', 'PUBLICATION_LATE']];

describe.each([
  ['not listed', notListed],
  ['listed and empty', listedAndEmpty],
])('a week that is %s', (_, prepare) => {
  it.each([
    ['awaited before its publication', AWAITED, 'awaiting not_yet_published awaiting', []],
    ['late until it is due', LATE, 'late publication_late late', WARNED],
  ])('is %s, which leaves no work and no error', async (_name, runDate, expected, anomalies) => {
    const scenario = await prepare();
    const planned = await scenario.run(line(runDate, ' --dry-run'));
    expect([planned.exit_code, Object.values(outcomesOf(planned))]).toEqual([0, [expected]]);
    const document = await scenario.run(line(runDate));
    expect([document.exit_code, Object.values(outcomesOf(document))]).toEqual([0, [expected]]);
    expect(traces(scenario.db)).toEqual({ captures: 0n, items: [], anomalies });
  });
});

describe('a week that is due', () => {
  it('and not listed is missing', async () => {
    const scenario = await notListed();
    const { code, stderr } = await scenario.end(line(DUE, ' --quiet'));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        `error: ${FRIDAY} NMS_TIER_1 failed: FINRA lists nothing for it, though it was to be published on 2026-01-05\n` +
        'try: run again later: around holidays FINRA is days late; --publication-grace sets how long absence is tolerated\n',
    });
    expect(traces(scenario.db)).toEqual({ captures: 0n, items: [], anomalies: [['ERROR', 'SOURCE_MISSING']] });
  });

  it('and listed and empty fails its ingest', async () => {
    const scenario = await listedAndEmpty();
    const document = await scenario.run(line(DUE, ' --only-stage ingest'));
    expect(document.exit_code).toBe(1);
    expect(document.partitions[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'source_empty', message: 'finra-api:weeklySummary:2025-12-15:T1 holds no ATS_W_SMBL_FIRM rows' },
    });
    expect(traces(scenario.db)).toEqual({
      captures: 0n,
      items: [['ingest_week', 'FAILED']],
      anomalies: [['ERROR', 'SOURCE_EMPTY']],
    });
  });

  it('is taken when it comes, which settles what was wrong', async () => {
    const scenario = await listedAndEmpty();
    await scenario.run(line(LATE));
    await scenario.run(line(DUE));
    scenario.standIn.publish([...OTHER_WEEK, ...atsRows('T1')]);
    const document = await scenario.run(line(DUE));
    expect(partitionOf(document, FRIDAY, 'NMS_TIER_1')).toMatchObject({ reason: 'first_capture', outcome: 'ingested' });
    expect(traces(scenario.db)).toMatchObject({ captures: 1n, anomalies: [] });
  });
});

describe('a week that comes early', () => {
  it('is fetched once, though whether it is empty had to be looked at', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish(atsRows('T1'));
    expect(await scenario.run(line(AWAITED))).toMatchObject({ exit_code: 0, totals: { ingested: 1 } });
    expect(scenario.standIn.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('is waited for while it holds only one of the wanted summary types', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish(atsRows('T1'));
    const types = ' --summary-types ats,non-ats';
    expect(await scenario.run(line(LATE, types))).toMatchObject({ exit_code: 0, totals: { late: 1 } });
    scenario.standIn.publish([...atsRows('T1'), ...nonAtsRows('T1')]);
    expect(await scenario.run(line(LATE, types))).toMatchObject({ exit_code: 0, totals: { ingested: 1 } });
  });
});

describe('a stored week', () => {
  async function stored(): Promise<ApiScenario> {
    const scenario = await apiScenario({ order: 'request', pageRows: 20 });
    scenario.standIn.publish(atsRows('T1'));
    expect(await scenario.run(line(LATE))).toMatchObject({ exit_code: 0, totals: { ingested: 1 } });
    return scenario;
  }

  it('that FINRA has not changed is left as it is, whatever order its rows come in', async () => {
    const scenario = await stored();
    const before = storedState(scenario.db);
    const again = await scenario.run(line('2026-01-12'));
    expect(Object.values(outcomesOf(again))).toEqual(['skip unchanged unchanged']);
    expect(storedState(scenario.db)).toEqual(before);
  });

  it('that FINRA publishes again is revised, and its first version kept', async () => {
    const scenario = await stored();
    const [first, ...rest] = atsRows('T1');
    scenario.standIn.publish([...rest, { ...(first as (typeof rest)[0]), totalWeeklyShareQuantity: '7' }]);
    const again = await scenario.run(line('2026-01-12'));
    expect(Object.values(outcomesOf(again))).toEqual(['ingest revised ingested']);
    const shares = 'SELECT total_shares, superseded_at IS NULL FROM finra_otc_transparency_normalized';
    const place = "WHERE symbol = 'S0000' AND mpid = 'UBSA' ORDER BY captured_at";
    expect(query(scenario.db, `${shares} ${place}`).map(Object.values)).toEqual([
      [100n, 0n],
      [7n, 1n],
    ]);
  });

  it('that is listed and empty now keeps what is stored, and fails once it is due', async () => {
    const scenario = await stored();
    const before = viewContents(scenario.db);
    scenario.standIn.publish(OTHER_WEEK);
    scenario.standIn.listEmpty(MONDAY, 'T1');
    const late = await scenario.run(line(LATE));
    expect([late.exit_code, Object.values(outcomesOf(late))]).toEqual([0, ['skip source_gone unchanged']]);
    const due = await scenario.run(line(DUE));
    expect([due.exit_code, Object.values(outcomesOf(due))]).toEqual([1, ['fail source_empty failed']]);
    expect(due.partitions[0]?.error?.code).toBe('source_empty');
    expect(viewContents(scenario.db)).toEqual(before);
  });

  it('that is no longer listed is left as it is', async () => {
    const scenario = await stored();
    scenario.standIn.publish(OTHER_WEEK);
    const again = await scenario.run(line(DUE));
    expect([again.exit_code, Object.values(outcomesOf(again))]).toEqual([0, ['skip source_gone unchanged']]);
  });
});

describe('weeks older than twelve months', () => {
  it('come from weeklySummaryHistoric, without the roll-ups it cannot leave out', async () => {
    const scenario = await apiScenario({ pageRows: 25 });
    const old = ['T1', 'T2', 'OTC'].flatMap((tierIdentifier) =>
      manyRows(8, { tierIdentifier, weekStartDate: '2024-06-03', lastUpdateDate: '2024-07-08' }),
    );
    scenario.standIn.publish([...old, ...rollUps(old)], 'weeklySummaryHistoric');
    const document = await scenario.run('--weeks 2024-06-07 --run-date 2026-02-02');
    expect(document).toMatchObject({ exit_code: 0, totals: { ingested: 3, rows: 24 } });
    expect(value(scenario.db, 'SELECT count(*) FROM finra_otc_transparency_normalized_latest')).toBe(24n);
    const asked = scenario.standIn.requests.map(({ path }) => path.replace('/group/otcMarket/name', ''));
    expect(new Set(asked)).toEqual(new Set(['/partitions/weeklySummary', '/data/weeklySummaryHistoric']));
  });

  it('come from weeklySummary while FINRA still lists them there', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish(manyRows(8, { weekStartDate: '2024-12-30', lastUpdateDate: '2025-01-21' }));
    const document = await scenario.run('--weeks 2025-01-03 --tiers T1 --run-date 2026-02-02');
    expect(document).toMatchObject({ exit_code: 0, totals: { ingested: 1, rows: 8 } });
  });

  it('fail when FINRA holds nothing of them', async () => {
    const scenario = await apiScenario();
    const document = await scenario.run('--weeks 2024-06-07 --tiers T1 --run-date 2026-02-02');
    expect(document.partitions[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'source_empty', hint: expect.stringContaining('its historic data goes back about four years') },
    });
  });
});

it('warns of data that FINRA updated before the calendar has it published, in words that fit the API', async () => {
  const scenario = await apiScenario();
  scenario.standIn.publish(atsRows('T1'));
  const { exit_code, notices } = await scenario.run(line(DUE, ' --publication-lag NMS_TIER_1=31'));
  expect(exit_code).toBe(0);
  expect(notices).toEqual([
    {
      severity: 'WARN',
      category: 'EARLY_DATA',
      week_ending: FRIDAY,
      tier: 'NMS_TIER_1',
      message:
        'last updated on 2026-01-05, before FINRA could publish this week (2026-01-19); ' +
        'FINRA was early, or takes fewer days than --publication-lag says',
    },
  ]);
});
