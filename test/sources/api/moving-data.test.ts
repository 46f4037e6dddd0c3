import { describe, expect, it } from 'vitest';
import { apiRow, manyRows, type StandInRow } from '../../stand-in/api-rows.ts';
import type { FaultRule, SeenRequest } from '../../stand-in/faults.ts';
import { stage, T1_LOCATOR } from './stage.ts';

const ROWS = [...manyRows(25), ...manyRows(25, { weekStartDate: '2025-12-08' })];

const offsetOf = (request: SeenRequest) => request.body?.offset;

async function calm(): Promise<string> {
  const { standIn, read } = await stage();
  standIn.publish(ROWS);
  return read();
}

describe('data that moves while it is read', () => {
  const moving: [string, (run: () => void) => FaultRule][] = [
    [
      'before the second page',
      (run) => ({ fault: { kind: 'before', run }, when: (request) => offsetOf(request) === 10 }),
    ],
    [
      'before the last page',
      (run) => ({ fault: { kind: 'before', run }, when: (request) => offsetOf(request) === 20 }),
    ],
  ];

  it.each(moving)('starts again when it is republished with more rows %s', async (_name, rule) => {
    const { standIn, read } = await stage({ pageRows: 10 });
    standIn.publish(ROWS);
    standIn.fault(rule(() => standIn.publish(manyRows(31))));
    const text = await read();
    const again = await stage();
    again.standIn.publish(manyRows(31));
    expect(text).toBe(await again.read());
  });

  it.each(moving)('starts again when it is reordered %s', async (_name, rule) => {
    const { standIn, read } = await stage({ pageRows: 10 });
    standIn.publish(ROWS);
    standIn.fault(rule(standIn.reorder));
    expect(await read()).toBe(await calm());
    expect(standIn.requests.length).toBeGreaterThan(3);
  });

  it('starts again when it shrinks, so that a page comes back empty', async () => {
    const { standIn, read } = await stage({ pageRows: 10, empty: 200 });
    standIn.publish(ROWS);
    standIn.fault({
      fault: { kind: 'before', run: () => standIn.publish(manyRows(8)) },
      when: (request) => offsetOf(request) === 20,
    });
    expect((await read()).split('\n')).toHaveLength(10);
  });

  it('starts again when a page holds more rows than are announced', async () => {
    const { standIn, read } = await stage();
    standIn.publish(ROWS);
    const headers = { 'record-total': '24', 'content-type': 'application/json' };
    const body = JSON.stringify(manyRows(25));
    standIn.fault({ fault: { kind: 'status', status: 200, headers, body } });
    expect(await read()).toBe(await calm());
    expect(standIn.requests).toHaveLength(2);
  });

  it('asks for sorted pages when it starts again, which a server without any order cannot upset', async () => {
    const { standIn, read } = await stage({ pageRows: 10, order: 'request' });
    standIn.publish(ROWS);
    expect(await read()).toBe(await calm());
    const sorted = standIn.requests.filter((request) => request.body?.sortFields !== undefined);
    expect(sorted).toHaveLength(3);
  });

  it('goes on without sorting where that is refused', async () => {
    const { standIn, read } = await stage({ pageRows: 10 });
    standIn.publish(ROWS);
    standIn.fault({ fault: { kind: 'before', run: standIn.reorder }, when: (request) => offsetOf(request) === 10 });
    standIn.fault({
      fault: { kind: 'status', status: 400, body: 'no sorting' },
      times: 9,
      when: (request) => request.body?.sortFields !== undefined,
    });
    expect(await read()).toBe(await calm());
  });

  it('gives up after three new starts, for a later attempt', async () => {
    const { standIn, read } = await stage({ pageRows: 10 });
    let count = 25;
    standIn.publish(manyRows(count));
    const run = () => {
      count += 1;
      standIn.publish(manyRows(count));
    };
    // The last reading begins with a page of one row.
    const isSecondPage = (request: SeenRequest) => offsetOf(request) === 10 || offsetOf(request) === 1;
    standIn.fault({ fault: { kind: 'before', run }, times: 100, when: isSecondPage });
    await expect(read()).rejects.toMatchObject({ code: 'unstable_data', transient: true });
    expect(standIn.requests.filter((request) => offsetOf(request) === 0)).toHaveLength(4);
  });

  it("keeps FINRA's own duplicates within one page: they are for normalize to reject", async () => {
    const { standIn, read } = await stage();
    standIn.publish([apiRow({}), apiRow({}), apiRow({ totalWeeklyShareQuantity: '9' })]);
    expect((await read()).split('\n')).toHaveLength(5);
    expect(standIn.requests).toHaveLength(1);
  });
});

describe('rows that come twice because FINRA has them twice', () => {
  const HISTORIC = T1_LOCATOR.replace('weeklySummary', 'weeklySummaryHistoric');
  const rollUp = apiRow({ summaryTypeCode: 'ATS_W_SMBL', MPID: null });

  // Pages of one row, so that no two rows share one.
  const twice: [string, string, readonly StandInRow[]][] = [
    ['alike, of the current set', T1_LOCATOR, [...manyRows(3), apiRow({}), apiRow({})]],
    ['alike, of the historic set', HISTORIC, [...manyRows(3), apiRow({}), apiRow({})]],
    ['with other figures', HISTORIC, [...manyRows(3), apiRow({}), apiRow({ totalWeeklyShareQuantity: '9' })]],
  ];

  it.each(twice)('are taken once two readings agree, for normalize to reject: %s', async (_name, locator, rows) => {
    const dataset = locator.split(':')[1];
    const whole = await stage();
    whole.standIn.publish(rows, dataset);
    const { standIn, read } = await stage({ pageRows: 1 });
    standIn.publish(rows, dataset);
    expect(await read(locator)).toBe(await whole.read(locator));
    expect(standIn.requests.filter((request) => offsetOf(request) === 0)).toHaveLength(4);
  });

  it('hold nothing up where they are not wanted and differ in a column that is dropped', async () => {
    const { standIn, read } = await stage({ pageRows: 1 });
    const other = { ...rollUp, initialPublishedDate: '2026-01-06' };
    standIn.publish([...manyRows(3), rollUp, other], 'weeklySummaryHistoric');
    expect((await read(HISTORIC)).split('\n')).toHaveLength(5);
    expect(standIn.requests).toHaveLength(5);
  });

  it('are left out where they are not wanted', async () => {
    const { standIn, read } = await stage({ pageRows: 1 });
    standIn.publish([...manyRows(3), rollUp, rollUp], 'weeklySummaryHistoric');
    expect((await read(HISTORIC)).split('\n')).toHaveLength(5);
  });

  it('are not mistaken for those of a server whose pages overlap, always in the same way', async () => {
    const { standIn, read } = await stage();
    const [a = rollUp, b = rollUp, c = rollUp] = manyRows(3);
    const pages: [offset: number, limit: number | null, rows: StandInRow[]][] = [
      [0, 5000, [a, b]],
      [2, null, [b, c]],
      [0, 1, [a]],
      [1, null, [a, b]],
      [3, null, [c]],
    ];
    for (const [offset, limit, rows] of pages) {
      const headers = { 'record-total': '4', 'content-type': 'application/json' };
      standIn.fault({
        fault: { kind: 'status', status: 200, headers, body: JSON.stringify(rows) },
        when: ({ body }) => body?.offset === offset && (limit === null || body.limit === limit),
        times: 9,
      });
    }
    await expect(read()).rejects.toMatchObject({ code: 'unstable_data', transient: true });
    expect(standIn.requests.map(offsetOf)).toEqual([0, 2, 0, 2, 0, 2, 0, 1, 3]);
  });
});

describe('filters that are not honoured', () => {
  it('asks by date range when EQUAL on the week is ignored', async () => {
    const { standIn, read } = await stage({ pageRows: 10 });
    standIn.publish(ROWS);
    standIn.fault({ fault: { kind: 'ignore', fields: ['weekStartDate'] }, times: 100 });
    expect(await read()).toBe(await calm());
    expect(standIn.requests.at(-1)?.body?.dateRangeFilters).toEqual([
      { fieldName: 'weekStartDate', startDate: '2025-12-15', endDate: '2025-12-15' },
    ]);
  });

  it('fails when rows of another week come back however it asks', async () => {
    const { standIn, read } = await stage();
    standIn.publish(manyRows(3, { weekStartDate: '2025-12-08' }));
    standIn.fault({ fault: { kind: 'ignore', fields: ['weekStartDate'], ranges: true }, times: 100 });
    await expect(read()).rejects.toMatchObject({
      code: 'wrong_week',
      transient: false,
      message: expect.stringContaining('2025-12-08'),
    });
    expect(standIn.requests).toHaveLength(2);
  });

  it('fails when rows of another tier come back', async () => {
    const { standIn, read } = await stage();
    standIn.publish([...manyRows(3), ...manyRows(3, { tierIdentifier: 'T2' })]);
    standIn.fault({ fault: { kind: 'ignore', fields: ['tierIdentifier'] } });
    await expect(read()).rejects.toMatchObject({ code: 'wrong_tier', transient: false });
  });

  it('sorts out other summary types itself, without counting any row twice', async () => {
    const rows = [
      ...manyRows(12),
      ...manyRows(12, { summaryTypeCode: 'OTC_W_SMBL_FIRM', MPID: null }),
      ...manyRows(5, { summaryTypeCode: 'ATS_W_SMBL', MPID: null }),
    ];
    const quiet = await stage({}, { summaryTypes: ['ats', 'non-ats'] });
    quiet.standIn.publish(rows);
    const { standIn, read } = await stage({ pageRows: 10 }, { summaryTypes: ['ats', 'non-ats'] });
    standIn.publish(rows);
    standIn.fault({ fault: { kind: 'ignore', fields: ['summaryTypeCode'] }, times: 100 });
    const text = await read();
    expect(text).toBe(await quiet.read());
    expect(text.split('\n')).toHaveLength(26);
  });
});
