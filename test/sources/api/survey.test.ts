import { describe, expect, it } from 'vitest';
import { type Partition, partitionKey } from '../../../src/domain/partition.ts';
import { TIERS } from '../../../src/domain/tier.ts';
import { weekEndingOf } from '../../../src/domain/week.ts';
import type { Availability } from '../../../src/sources/source.ts';
import { apiRow } from '../../stand-in/api-rows.ts';
import type { Fault, SeenRequest } from '../../stand-in/faults.ts';
import { type Stage, stage, T1, T1_LOCATOR } from './stage.ts';

const isListing = (request: SeenRequest) => request.path.startsWith('/partitions/');

const partition = (weekStart: string, tier: Partition['tier'] = 'NMS_TIER_1'): Partition => ({
  weekEnding: weekEndingOf(weekStart.replace(/\d\d$/, (day) => String(Number(day) + 4).padStart(2, '0'))),
  tier,
});

async function surveyed({ source }: Stage, wanted: Partition): Promise<Availability | undefined> {
  return (await source.survey([wanted])).partitions.get(partitionKey(wanted));
}

describe('a survey', () => {
  it('finds what FINRA lists with one request, and says nothing of the rest', async () => {
    const { standIn, source, asked } = await stage();
    standIn.publish([apiRow({}), apiRow({ tierIdentifier: 'OTCE' }), apiRow({ tierIdentifier: 'NA' })]);
    const wanted = ['2025-12-15', '2025-12-22'].flatMap((week) => TIERS.map((tier) => partition(week, tier)));
    const { partitions, unmatched, movedDates } = await source.survey(wanted);
    expect([...partitions]).toEqual([
      [
        partitionKey(T1),
        { status: 'available', locator: 'finra-api:weeklySummary:2025-12-15:T1', summaryTypes: 'ats' },
      ],
      [
        partitionKey({ ...T1, tier: 'OTC' }),
        { status: 'available', locator: 'finra-api:weeklySummary:2025-12-15:OTCE', summaryTypes: 'ats' },
      ],
    ]);
    expect([unmatched, movedDates]).toEqual([[], []]);
    expect(asked()).toEqual(['GET /partitions/weeklySummary']);
  });

  it('finds a partition that is listed and still empty: only reading it tells', async () => {
    const all = await stage();
    all.standIn.listEmpty('2025-12-15', 'T1');
    expect(await surveyed(all, T1)).toMatchObject({ status: 'available' });
  });

  it('keeps the older spelling of a tier that a week is listed under', async () => {
    const all = await stage();
    all.standIn.publish([apiRow({ tierIdentifier: 'OTC' })]);
    expect(await surveyed(all, { ...T1, tier: 'OTC' })).toMatchObject({
      locator: 'finra-api:weeklySummary:2025-12-15:OTC',
    });
  });

  it('names the summary types of the rows to come', async () => {
    const all = await stage({}, { summaryTypes: ['non-ats', 'ats'] });
    all.standIn.publish([apiRow({})]);
    expect(await surveyed(all, T1)).toMatchObject({ summaryTypes: 'ats,non-ats' });
  });

  // The run date is 2026-01-12: twelve months reach back to 2025-01-12.
  const ages: [string, string, boolean, string | undefined][] = [
    ['listed and eleven months old', '2025-02-10', true, 'finra-api:weeklySummary:2025-02-10:T1'],
    ['not listed and eleven months old', '2025-02-10', false, undefined],
    ['listed and just within twelve months', '2025-01-13', true, 'finra-api:weeklySummary:2025-01-13:T1'],
    [
      'no longer listed near the end of the twelve months',
      '2025-01-13',
      false,
      'finra-api:weeklySummaryHistoric:2025-01-13:T1',
    ],
    ['older than twelve months and still listed', '2025-01-06', true, 'finra-api:weeklySummary:2025-01-06:T1'],
    ['years old and still listed', '2023-05-08', true, 'finra-api:weeklySummary:2023-05-08:T1'],
    ['older than twelve months and not listed', '2025-01-06', false, 'finra-api:weeklySummaryHistoric:2025-01-06:T1'],
    ['years old and not listed', '2023-05-08', false, 'finra-api:weeklySummaryHistoric:2023-05-08:T1'],
  ];

  it.each(ages)('looks in the right data set for a week %s', async (_name, week, listed, locator) => {
    const all = await stage();
    all.standIn.publish([apiRow({}), ...(listed ? [apiRow({ weekStartDate: week })] : [])]);
    const found = await surveyed(all, partition(week));
    expect(found).toEqual(locator === undefined ? undefined : { status: 'available', locator, summaryTypes: 'ats' });
  });

  it('takes no list of downloads for a word on weeks older than twelve months', async () => {
    const all = await stage();
    const old = partition('2025-01-06');
    all.standIn.publish([apiRow({}), apiRow({ weekStartDate: '2025-01-06' })]);
    all.standIn.fault({ fault: { kind: 'status', status: 404 }, times: 100, when: isListing });
    const { partitions } = await all.source.survey([T1, old]);
    expect(partitions.get(partitionKey(T1))).toMatchObject({ locator: T1_LOCATOR });
    expect(partitions.get(partitionKey(old))).toMatchObject({
      locator: 'finra-api:weeklySummaryHistoric:2025-01-06:T1',
    });
    expect(await surveyed(all, old)).toMatchObject({ status: 'available' });
    expect(all.asked().filter((line) => line.includes('weeklyDownloadDetails'))).toHaveLength(1);
  });

  it('asks for nothing when nothing is wanted', async () => {
    const { standIn, source } = await stage();
    await source.survey([]);
    expect(standIn.requests).toEqual([]);
  });

  it.each([
    ['refuses', { kind: 'status', status: 404 }],
    ['is a maintenance page', { kind: 'status', status: 200, body: '<html></html>' }],
    ['answers nothing at all', { kind: 'status', status: 204 }],
    [
      'names tiers by words unheard of',
      {
        kind: 'status',
        status: 200,
        body: '{"availablePartitions":[{"partitions":["2025-12-15","TIER-A"]},{"partitions":["2025-12-15","TIER-B"]}]}',
      },
    ],
    [
      'holds entries of another form',
      { kind: 'status', status: 200, body: '{"availablePartitions":[{"week":"2025-12-15"},null]}' },
    ],
    ['lists nothing', { kind: 'status', status: 200, body: '{"availablePartitions":[]}' }],
    ['is not a listing', { kind: 'status', status: 200, body: '{"availablePartitions":"none"}' }],
    ['stays overloaded', { kind: 'status', status: 503 }],
  ] as const)('looks at the list of downloads when the partitions endpoint %s', async (_name, fault) => {
    const all = await stage({ pageRows: 2 });
    all.standIn.publish(['2025-12-15', '2025-12-08', '2025-12-01'].map((weekStartDate) => apiRow({ weekStartDate })));
    all.standIn.fault({ fault, times: 100, when: isListing });
    const wanted = ['2025-12-15', '2025-12-08', '2025-12-01', '2025-11-24'].map((week) => partition(week));
    const { partitions } = await all.source.survey(wanted);
    expect([...partitions.keys()]).toEqual(wanted.slice(0, 3).map(partitionKey));
    expect(all.standIn.requests.at(-1)?.body).toMatchObject({
      dateRangeFilters: [{ fieldName: 'weekStartDate', startDate: '2025-09-15', endDate: '2025-12-15' }],
    });
  });

  it('does not take an empty list of downloads for one', async () => {
    const { standIn, source } = await stage();
    standIn.fault({ fault: { kind: 'status', status: 404 }, times: 100, when: isListing });
    const { partitions } = await source.survey([T1]);
    expect(partitions.get(partitionKey(T1))).toMatchObject({ status: 'unreadable', transient: false });
  });

  const total = (count: number) => ({ 'content-type': 'application/json', 'record-total': String(count) });
  const page = (...rows: readonly object[]) => JSON.stringify(rows);
  const BEFORE = { weekStartDate: '2025-12-08', tierIdentifier: 'T1' };
  const incomplete: [string, Fault[], boolean, string][] = [
    [
      'does not say how many rows it has',
      [{ kind: 'status', status: 200, headers: { 'content-type': 'application/json' }, body: page(BEFORE) }],
      false,
      'without a Record-Total header',
    ],
    [
      'ends with an empty page before its total',
      [
        { kind: 'status', status: 200, headers: total(2), body: page(BEFORE) },
        { kind: 'status', status: 204, headers: total(2) },
      ],
      true,
      'no rows came from 1 on, of 2',
    ],
    [
      'announces rows and sends none',
      [{ kind: 'status', status: 200, headers: total(2), body: '[]' }],
      true,
      'no rows came from 0 on, of 2',
    ],
    [
      'changes its total between pages',
      [
        { kind: 'status', status: 200, headers: total(3), body: page(BEFORE) },
        { kind: 'status', status: 200, headers: total(2), body: page({ ...BEFORE, tierIdentifier: 'T2' }) },
      ],
      true,
      'the number of rows went from 3 to 2',
    ],
    [
      'sends a row on two pages',
      [
        { kind: 'status', status: 200, headers: total(2), body: page(BEFORE) },
        { kind: 'status', status: 200, headers: total(2), body: page(BEFORE) },
      ],
      true,
      'a row came again on a later page',
    ],
    [
      'names no tier that is known',
      [{ kind: 'status', status: 200, headers: total(1), body: page({ ...BEFORE, tierIdentifier: 'TIER-A' }) }],
      false,
      'none of its 1 entries is a week and a known tier, as in "2025-12-08 TIER-A"',
    ],
  ];

  it.each(incomplete)(
    'does not take a list of downloads for whole that %s',
    async (_name, faults, transient, message) => {
      const { standIn, source } = await stage();
      standIn.fault({ fault: { kind: 'status', status: 404 }, times: 100, when: isListing });
      for (const fault of faults) {
        const own = (request: SeenRequest) => request.body?.offset === faults.indexOf(fault);
        standIn.fault({ fault, when: own });
      }
      const { partitions } = await source.survey([T1]);
      expect(partitions.get(partitionKey(T1))).toMatchObject({
        status: 'unreadable',
        transient,
        message: expect.stringContaining(message),
      });
    },
  );

  it('names both reasons when neither list can be had, and waits where either may pass', async () => {
    const { standIn, source } = await stage();
    standIn.fault({ fault: { kind: 'status', status: 404, body: 'gone' }, times: 100, when: isListing });
    standIn.fault({ fault: { kind: 'status', status: 503 }, times: 100 });
    const { partitions } = await source.survey([T1]);
    expect(partitions.get(partitionKey(T1))).toMatchObject({
      transient: true,
      message:
        "FINRA's list of weeklySummary partitions answered HTTP 404: gone; " +
        "in its place FINRA's weeklyDownloadDetails answered HTTP 503, after 5 tries",
      hint: expect.stringContaining('run again later'),
    });
  });

  it.each([
    ['for a while', 503, true],
    ['for good', 404, false],
  ])(
    'calls every partition that needs the listing unreadable when neither can be had %s',
    async (_name, status, transient) => {
      const { standIn, source } = await stage();
      standIn.fault({ fault: { kind: 'status', status }, times: 100 });
      const old = partition('2023-05-08');
      const { partitions } = await source.survey([T1, old]);
      expect(partitions.get(partitionKey(T1))).toEqual({
        status: 'unreadable',
        locator: 'finra-api:partitions',
        message: expect.stringContaining(`answered HTTP ${status}`),
        hint: expect.stringContaining('--api-base-url'),
        transient,
      });
      expect(partitions.get(partitionKey(old))).toMatchObject({ status: 'available' });
    },
  );
});
