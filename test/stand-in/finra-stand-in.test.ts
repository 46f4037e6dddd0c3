import { expect, it, onTestFinished } from 'vitest';
import { manyRows, rollUps } from './api-rows.ts';
import { type StandIn, type StandInOptions, startStandIn } from './finra-stand-in.ts';

const ROWS = [...manyRows(30), ...manyRows(10, { tierIdentifier: 'T2' })];

const BOTH = [
  { compareType: 'EQUAL', fieldName: 'weekStartDate', fieldValue: '2025-12-15' },
  { compareType: 'EQUAL', fieldName: 'tierIdentifier', fieldValue: 'T2' },
];

async function started(options: StandInOptions = {}): Promise<StandIn> {
  const standIn = await startStandIn(options);
  onTestFinished(standIn.close);
  standIn.publish(ROWS);
  return standIn;
}

function post(
  standIn: StandIn,
  body: object,
  accept = 'application/json',
  dataset = 'weeklySummary',
): Promise<Response> {
  const headers = { accept, 'content-type': 'application/json' };
  return fetch(`${standIn.url}/data/group/otcMarket/name/${dataset}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
}

const paging = (response: Response) =>
  ['record-total', 'record-offset', 'record-limit'].map((name) => response.headers.get(name));

it('honours filters on a POST and ignores them on a GET', async () => {
  const standIn = await started();
  expect(paging(await post(standIn, { compareFilters: BOTH, limit: 4, offset: 8 }))).toEqual(['10', '8', '4']);
  const address = `${standIn.url}/data/group/otcMarket/name/weeklySummary?limit=4&tierIdentifier=T2`;
  expect(paging(await fetch(address))).toEqual(['40', '0', '4']);
});

it('sends at most a page, by rows or by bytes', async () => {
  const byRows = await started({ pageRows: 7 });
  expect(await (await post(byRows, { limit: 5000 })).json()).toHaveLength(7);
  const byBytes = await started({ pageBytes: 2000 });
  const text = await (await post(byBytes, { limit: 5000 }, 'text/plain')).text();
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2000);
  expect(text.split('\n').length).toBeGreaterThan(3);
});

it('says no data with 204 or an empty 200', async () => {
  for (const empty of [204, 200] as const) {
    const response = await post(await started({ empty }), { limit: 5, offset: 40 });
    expect([response.status, await response.text()]).toEqual([empty, '']);
  }
});

it('sorts when both partition fields are fixed, and refuses to otherwise', async () => {
  const standIn = await started();
  const sorted = await post(standIn, { compareFilters: BOTH, sortFields: ['-issueSymbolIdentifier'], limit: 2 });
  expect(await sorted.json()).toMatchObject([{ issueSymbolIdentifier: 'S0009' }, { issueSymbolIdentifier: 'S0008' }]);
  expect((await post(standIn, { compareFilters: BOTH.slice(0, 1), sortFields: ['MPID'] })).status).toBe(400);
});

it('refuses filters on other fields in the historic data set', async () => {
  const standIn = await started();
  const byType = { compareType: 'EQUAL', fieldName: 'summaryTypeCode', fieldValue: 'ATS_W_SMBL_FIRM' };
  const refused = await post(standIn, { compareFilters: [...BOTH, byType] }, undefined, 'weeklySummaryHistoric');
  expect(refused.status).toBe(400);
});

it('throttles by the second of its clock', async () => {
  let now = 0;
  const standIn = await started({ perSecond: 2, now: () => now });
  const statuses: number[] = [];
  for (const at of [0, 10, 20, 1015]) {
    now = at;
    statuses.push((await post(standIn, {})).status);
  }
  expect(statuses).toEqual([200, 200, 429, 200]);
});

it('writes text with the delimiter and quotes asked for', async () => {
  const standIn = await started();
  const fields = ['issueSymbolIdentifier', 'totalWeeklyShareQuantity'];
  const ask = async (more: object) =>
    (
      await post(
        standIn,
        { fields, compareFilters: BOTH, sortFields: ['issueSymbolIdentifier'], limit: 1, ...more },
        'text/plain',
      )
    ).text();
  expect(await ask({})).toBe('"issueSymbolIdentifier","totalWeeklyShareQuantity"\n"S0000","100"\n');
  expect(await ask({ delimiter: '|', quoteValues: false })).toBe(
    'issueSymbolIdentifier|totalWeeklyShareQuantity\nS0000|100\n',
  );
});

it('adds up roll-ups that hold each row once', () => {
  const totals = rollUps(ROWS).filter((row) => row.summaryTypeCode === 'ATS_W_VOL_STATS');
  expect(totals.map((row) => [row.tierIdentifier, row.totalWeeklyShareQuantity])).toEqual([
    ['T1', String(Array.from({ length: 30 }, (_, index) => 100 + index).reduce((sum, shares) => sum + shares))],
    ['T2', String(Array.from({ length: 10 }, (_, index) => 100 + index).reduce((sum, shares) => sum + shares))],
  ]);
});
