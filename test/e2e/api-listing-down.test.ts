import { describe, expect, it } from 'vitest';
import { type ApiScenario, apiScenario } from '../harness/api-scenario.ts';
import { query } from '../harness/database.ts';
import { outcomesOf } from '../harness/run-document.ts';
import { leftovers, NOTHING_LEFT, storedState } from '../harness/stored-state.ts';
import { atsRows, FRIDAY, wholeWeek } from '../stand-in/api-week.ts';
import type { SeenRequest } from '../stand-in/faults.ts';

const WEEK = `--weeks ${FRIDAY} --run-date 2026-02-02 --request-tries 1`;
const WAIT = '--max-wait 1m --retry-delays 0s';

const isListing = ({ path }: SeenRequest) => /^\/partitions\/|weeklyDownloadDetails$/.test(path);

/** Takes the listing and the list of downloads away for so many surveys. */
function takeListingAway({ standIn }: ApiScenario, surveys: number): void {
  standIn.fault({ fault: { kind: 'status', status: 503 }, when: isListing, times: 2 * surveys });
}

async function scenarioOf(rows = wholeWeek()): Promise<ApiScenario> {
  const scenario = await apiScenario();
  scenario.standIn.publish(rows);
  return scenario;
}

const items = (db: string) =>
  query(
    db,
    `SELECT pipeline, state, attempt_count, next_attempt_at IS NOT NULL AS waits FROM core_work_items
    WHERE partition_key LIKE '%NMS_TIER_1%' ORDER BY id`,
  ).map(Object.values);

const anomalies = (db: string) =>
  query(db, 'SELECT DISTINCT severity, category FROM core_anomalies WHERE resolved_at IS NULL').map(Object.values);

describe('a listing that cannot be had', () => {
  it('leaves every partition waiting for a retry', async () => {
    const scenario = await scenarioOf();
    takeListingAway(scenario, 1);
    const document = await scenario.run(WEEK);
    expect(document).toMatchObject({ exit_code: 1, totals: { retry_wait: 3, failed: 0 } });
    expect(document.partitions[0]).toMatchObject({
      action: 'fail',
      reason: 'source_unreadable',
      outcome: 'retry_wait',
      stages: [{ stage: 'RAW', status: 'retry_wait' }],
      error: {
        code: 'source_unreadable',
        message:
          "finra-api:partitions cannot be read: FINRA's list of weeklySummary partitions answered HTTP 503, after 1 try; " +
          "in its place FINRA's weeklyDownloadDetails answered HTTP 503, after 1 try",
      },
    });
    expect(items(scenario.db)).toEqual([['ingest_week', 'RETRY_WAIT', 1n, 1n]]);
    expect(anomalies(scenario.db)).toEqual([['WARN', 'SOURCE_UNREADABLE']]);
    expect(leftovers(scenario.db)).toEqual(NOTHING_LEFT);
  });

  it('fails the plan of a dry run, which waits for nothing', async () => {
    const scenario = await scenarioOf();
    takeListingAway(scenario, 1);
    const document = await scenario.run(`${WEEK} ${WAIT} --dry-run`);
    expect(document.exit_code).toBe(1);
    expect(new Set(Object.values(outcomesOf(document)))).toEqual(new Set(['fail source_unreadable failed']));
  });

  it('is asked for again by the same run, which then goes on as if nothing had been', async () => {
    const [calm, scenario] = [await scenarioOf(), await scenarioOf()];
    await calm.run(WEEK);
    takeListingAway(scenario, 2);
    const document = await scenario.run(`${WEEK} ${WAIT}`);
    expect(document).toMatchObject({ exit_code: 0, totals: { ingested: 3, retry_wait: 0, failed: 0 } });
    expect(document.partitions[0]).toMatchObject({ action: 'ingest', reason: 'first_capture', outcome: 'ingested' });
    expect(document.weeks[0]).toMatchObject({ tier_split: { status: 'computed' }, readiness: { ready: true } });
    expect(storedState(scenario.db)).toEqual(storedState(calm.db));
    expect(items(scenario.db)[0]).toEqual(['ingest_week', 'COMPLETE', 3n, 0n]);
  });

  it('is given up when the attempts are used up', async () => {
    const scenario = await scenarioOf();
    takeListingAway(scenario, 1000);
    const document = await scenario.run(`${WEEK} ${WAIT} --max-attempts 2`);
    expect(document).toMatchObject({ exit_code: 1, totals: { failed: 3, retry_wait: 0 } });
    expect(items(scenario.db)).toEqual([['ingest_week', 'FAILED', 2n, 0n]]);
    expect(anomalies(scenario.db)).toEqual([['ERROR', 'SOURCE_UNREADABLE']]);
  });

  it('is no matter to weeks that no listing holds', async () => {
    const scenario = await scenarioOf([]);
    const old = atsRows('T1').map((row) => ({ ...row, weekStartDate: '2024-06-03', lastUpdateDate: '2024-06-24' }));
    scenario.standIn.publish(old, 'weeklySummaryHistoric');
    takeListingAway(scenario, 1000);
    const document = await scenario.run(
      `--weeks ${FRIDAY},2024-06-07 --tiers T1 --run-date 2026-02-02 --request-tries 1`,
    );
    expect(Object.values(outcomesOf(document))).toEqual([
      'fail source_unreadable retry_wait',
      'ingest first_capture ingested',
    ]);
  });

  it('does not stop a run that stops at its first failure', async () => {
    const scenario = await scenarioOf();
    takeListingAway(scenario, 1);
    expect(await scenario.run(`${WEEK} ${WAIT} --fail-fast`)).toMatchObject({ exit_code: 0, totals: { ingested: 3 } });
  });
});

describe('when the listing is back', () => {
  it.each([
    ['in the same run', `${WEEK} ${WAIT}`],
    ['in the next run', WEEK],
  ])('%s, what is stored and unchanged is as it was', async (_, line) => {
    const scenario = await scenarioOf();
    await scenario.run(WEEK);
    const before = storedState(scenario.db);
    takeListingAway(scenario, 1);
    let document = await scenario.run(line);
    if (line === WEEK) document = await scenario.run(line);
    expect(new Set(Object.values(outcomesOf(document)))).toEqual(new Set(['skip unchanged unchanged']));
    expect(document).toMatchObject({ exit_code: 0, totals: { rows: 0 } });
    expect(storedState(scenario.db)).toEqual(before);
  });

  it.each([
    ['in the same run', WAIT, 1],
    ['in the next run', '', 2],
  ])('%s, what is not published yet is waited for', async (_, wait, runs) => {
    const scenario = await scenarioOf(wholeWeek().filter(({ tierIdentifier }) => tierIdentifier !== 'T1'));
    takeListingAway(scenario, 1);
    const line = `--weeks ${FRIDAY} --tiers T1 --run-date 2026-01-04 --request-tries 1 ${wait}`.trim();
    let document = await scenario.run(line);
    if (runs === 2) document = await scenario.run(line);
    expect(document.exit_code).toBe(0);
    expect(Object.values(outcomesOf(document))).toEqual(['awaiting not_yet_published awaiting']);
    expect(items(scenario.db)).toEqual([['ingest_week', 'PENDING', 1n, 0n]]);
    expect(anomalies(scenario.db)).toEqual([]);
  });

  it('what is revised is taken', async () => {
    const scenario = await scenarioOf();
    await scenario.run(WEEK);
    scenario.standIn.publish(
      wholeWeek().map((row) => (row.MPID === 'UBSA' ? { ...row, totalWeeklyTradeCount: '5' } : row)),
    );
    takeListingAway(scenario, 1);
    const document = await scenario.run(`--weeks ${FRIDAY} --run-date 2026-02-09 --request-tries 1 ${WAIT}`);
    expect(document.exit_code).toBe(0);
    expect(new Set(Object.values(outcomesOf(document)))).toEqual(new Set(['ingest revised ingested']));
  });
});

describe('a stored partition that could not be read for its hash', () => {
  it('is read again by the same run', async () => {
    const scenario = await scenarioOf();
    await scenario.run(WEEK);
    const before = storedState(scenario.db);
    scenario.standIn.fault({
      fault: { kind: 'status', status: 503 },
      when: (request) => !isListing(request),
      times: 2,
    });
    const document = await scenario.run(`${WEEK} ${WAIT} --concurrency 1`);
    expect(document).toMatchObject({ exit_code: 0, totals: { unchanged: 3 } });
    expect(storedState(scenario.db)).toEqual(before);
  });
});
