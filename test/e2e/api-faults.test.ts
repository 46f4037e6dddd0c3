import { describe, expect, it } from 'vitest';
import { type ApiScenario, apiScenario } from '../harness/api-scenario.ts';
import { query, viewContents } from '../harness/database.ts';
import { partitionOf, type RunDocument } from '../harness/run-document.ts';
import { leftovers, NOTHING_LEFT } from '../harness/stored-state.ts';
import { apiRow, manyRows } from '../stand-in/api-rows.ts';
import { atsRows, FRIDAY, MONDAY, wholeWeek } from '../stand-in/api-week.ts';
import type { Fault, SeenRequest } from '../stand-in/faults.ts';

const WEEK = `--weeks ${FRIDAY} --run-date 2026-02-02`;
const LATER = `--weeks ${FRIDAY} --run-date 2026-02-09 --request-tries 1`;

// Long enough for every other request on a busy machine.
const LIMIT = '--request-timeout 4s';

const HTML_TYPE = { 'content-type': 'text/html' };
const JSON_TYPE = { 'content-type': 'application/json', 'record-total': '1' };
const HTML = '<html><body>We are upgrading our systems</body></html>';

/** Whether a request asks for Tier 1 rows. */
const ofTier1 = ({ body }: SeenRequest) =>
  JSON.stringify(body?.compareFilters ?? []).includes('"fieldValue":"T1"') && body?.limit === 5000;

/** The same, from the second page on. */
const further = (request: SeenRequest) => ofTier1(request) && Number(request.body?.offset) > 0;

async function scenarioOf(week = wholeWeek()): Promise<ApiScenario> {
  const scenario = await apiScenario({ pageRows: 12 });
  // Another week too, so that a filter left out of account has something to let through.
  scenario.standIn.publish([...week, ...manyRows(5, { weekStartDate: '2025-12-08', lastUpdateDate: '2025-12-29' })]);
  return scenario;
}

/** What analysts see of the tiers without a fault. */
function otherTiers(db: string): string[] {
  const views = Object.entries(viewContents(db)).filter(([name]) => !name.includes('tier_split'));
  return views.flatMap(([name, rows]) =>
    rows.filter((row) => !row.includes('NMS_TIER_1')).map((row) => `${name} ${row}`),
  );
}

let remembered: { readonly views: Record<string, string[]>; readonly others: string[] } | undefined;

/** What a run without any fault leaves; it is run once. */
async function calm(): Promise<NonNullable<typeof remembered>> {
  if (remembered !== undefined) return remembered;
  const { db, ...scenario } = await scenarioOf();
  expect(await scenario.run(WEEK)).toMatchObject({ exit_code: 0, totals: { ingested: 3 } });
  remembered = { views: viewContents(db), others: otherTiers(db) };
  return remembered;
}

const status = (code: number, headers: Record<string, string> = {}, body = 'no'): Fault => ({
  kind: 'status',
  status: code,
  headers,
  body,
});

const tier1 = (document: RunDocument) => partitionOf(document, FRIDAY, 'NMS_TIER_1');

describe('a fault that passes is tried through', () => {
  const passing: [string, Fault, (request: SeenRequest) => boolean][] = [
    ['503', status(503), ofTier1],
    ['504 from the network in front', status(504, {}, HTML), further],
    ['429 with Retry-After', status(429, { 'retry-after': '1' }), ofTier1],
    ['a connection that hangs', { kind: 'hang' }, further],
    ['a body that is cut', { kind: 'cut' }, further],
    ['an answer that only drips', { kind: 'drip' }, ofTier1],
    ['an EQUAL filter on the week that is left out of account', { kind: 'ignore', fields: ['weekStartDate'] }, ofTier1],
    ['a filter on the summary type that is', { kind: 'ignore', fields: ['summaryTypeCode'] }, ofTier1],
  ];

  it.each(passing)('%s', async (_, fault, when) => {
    const scenario = await scenarioOf();
    scenario.standIn.fault({ fault, when });
    const document = await scenario.run(`${WEEK} --request-timeout 1s`);
    expect(document).toMatchObject({ exit_code: 0, totals: { ingested: 3, anomalies: 0 } });
    expect(viewContents(scenario.db)).toEqual((await calm()).views);
  });
});

describe('data that moves between two pages is read again', () => {
  it('when its order changes', async () => {
    const scenario = await scenarioOf();
    scenario.standIn.fault({ fault: { kind: 'before', run: scenario.standIn.reorder }, when: further });
    expect(await scenario.run(WEEK)).toMatchObject({ exit_code: 0, totals: { ingested: 3, anomalies: 0 } });
    expect(viewContents(scenario.db)).toEqual((await calm()).views);
  });

  it('when it is published again, and the new version is stored', async () => {
    const scenario = await scenarioOf();
    const added = apiRow({ issueSymbolIdentifier: 'NEW', weekStartDate: MONDAY });
    const run = () => scenario.standIn.publish([added, ...wholeWeek()]);
    scenario.standIn.fault({ fault: { kind: 'before', run }, when: further });
    expect(await scenario.run(WEEK)).toMatchObject({ exit_code: 0, totals: { ingested: 3 } });
    const symbols = "SELECT count(*) AS n FROM finra_otc_transparency_normalized_latest WHERE tier = 'NMS_TIER_1'";
    expect(query(scenario.db, `${symbols} AND symbol = 'NEW'`)).toEqual([{ n: 1n }]);
    expect(query(scenario.db, symbols)).toEqual([{ n: 32n }]);
  });
});

describe('a fault that stays ends its own partition', () => {
  const NO_TIER = { kind: 'ignore', fields: ['tierIdentifier'] } as const;
  const NO_WEEK = { kind: 'ignore', fields: ['weekStartDate'], ranges: true } as const;
  const lasting: [string, Fault, code: string, said: string, outcome: string][] = [
    ['a page of HTML under 200', status(200, HTML_TYPE, HTML), 'not_data', 'We are upgrading our systems', 'failed'],
    ['JSON that is no rows', status(200, JSON_TYPE, '{"a":1}'), 'not_data', '{"a":1}', 'failed'],
    ['rows that lack fields', status(200, JSON_TYPE, '[{"MPID":"UBSA"}]'), 'missing_columns', 'lack', 'failed'],
    ['rows of another week', NO_WEEK, 'wrong_week', 'answered rows of 2025-12-08', 'failed'],
    ['rows of another tier', NO_TIER, 'wrong_tier', 'was asked for T1', 'failed'],
    ['a refusal', status(400, {}, 'Bad Request'), 'http_status', 'HTTP 400: Bad Request', 'failed'],
    ['503 for good', status(503), 'http_status', 'HTTP 503, after 1 try', 'retry_wait'],
    ['429 for good', status(429), 'throttled', 'HTTP 429, after 1 try', 'retry_wait'],
    ['a connection that hangs for good', { kind: 'hang' }, 'timeout', 'within 4 s, after 1 try', 'retry_wait'],
    ['bodies that are cut for good', { kind: 'cut' }, 'network_error', 'after 1 try', 'retry_wait'],
    ['answers that drip for good', { kind: 'drip' }, 'timeout', 'within 4 s, after 1 try', 'retry_wait'],
  ];

  it.each(lasting)('%s', async (_, fault, code, said, outcome) => {
    const scenario = await scenarioOf();
    scenario.standIn.fault({ fault, when: ofTier1, times: 1000 });
    const document = await scenario.run(`${WEEK} ${LIMIT} --request-tries 1`);
    expect(tier1(document)).toMatchObject({
      action: 'ingest',
      outcome,
      rows: null,
      error: { code, message: expect.stringContaining(said) },
    });
    expect(document).toMatchObject({ exit_code: 1, totals: { ingested: 2 } });
    expect(otherTiers(scenario.db)).toEqual((await calm()).others);
    expect(query(scenario.db, "SELECT * FROM finra_otc_transparency_raw WHERE tier = 'NMS_TIER_1'")).toEqual([]);
    expect(leftovers(scenario.db)).toEqual(NOTHING_LEFT);
  });

  const ofEachKind = lasting.filter(([, , code]) => ['not_data', 'wrong_tier', 'throttled'].includes(code));

  it.each(ofEachKind)('and leaves what is stored of it as it is: %s', async (_, fault, _code, said, outcome) => {
    const scenario = await scenarioOf([...atsRows('T1'), ...atsRows('T2')]);
    await scenario.run(`${WEEK} --tiers T1`);
    const before = viewContents(scenario.db);
    scenario.standIn.fault({ fault, when: ofTier1, times: 1000 });
    const document = await scenario.run(`${LATER} --tiers T1`);
    expect(tier1(document)).toMatchObject({
      action: 'fail',
      reason: 'source_unreadable',
      outcome,
      error: { code: 'source_unreadable', message: expect.stringContaining(said) },
    });
    expect(document.exit_code).toBe(1);
    expect(viewContents(scenario.db)).toEqual(before);
    expect(leftovers(scenario.db)).toEqual(NOTHING_LEFT);
  });
});
