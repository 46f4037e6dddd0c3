import { describe, expect, it } from 'vitest';
import { manyRows } from '../../stand-in/api-rows.ts';
import { deferred } from '../../stand-in/deferred.ts';
import { stage, T1_LOCATOR } from './stage.ts';

const ATS = manyRows(30);

describe('fetching', () => {
  it('fetches a partition once however often it is opened', async () => {
    const { standIn, read, source } = await stage();
    standIn.publish(ATS);
    source.prefetch([T1_LOCATOR]);
    expect(await read()).toBe(await read());
    await read();
    expect(standIn.requests).toHaveLength(1);
  });

  it('fetches ahead, as many at once as it may, in the order given', async () => {
    const weeks = ['2025-12-15', '2025-12-08', '2025-12-01', '2025-11-24', '2025-11-17'];
    const { standIn, read, source } = await stage({}, { concurrency: 2 });
    standIn.publish(weeks.flatMap((weekStartDate) => manyRows(3, { weekStartDate })));
    const locators = weeks.map((week) => `finra-api:weeklySummary:${week}:T1`);
    source.prefetch(locators);
    for (const [index, locator] of locators.entries()) {
      await read(locator);
      expect(standIn.requests.length).toBeLessThanOrEqual(index + 1 + 2);
    }
    expect(standIn.requests).toHaveLength(5);
  });

  it('has several partitions under way at once', async () => {
    const { standIn, read, source } = await stage({}, { concurrency: 2 });
    const other = 'finra-api:weeklySummary:2025-12-08:T1';
    standIn.publish([...ATS, ...manyRows(3, { weekStartDate: '2025-12-08' })]);
    const secondCame = deferred<void>();
    let come = 0;
    const run = () => {
      come += 1;
      if (come === 2) secondCame.resolve(undefined);
      return secondCame.promise;
    };
    standIn.fault({ fault: { kind: 'before', run }, times: 2 });
    source.prefetch([T1_LOCATOR, other]);
    await read(T1_LOCATOR);
    await read(other);
    expect(standIn.mostAtOnce()).toBe(2);
  });

  it('never sends more requests in a second than it may, however many it has', async () => {
    const { standIn, read } = await stage({ pageRows: 1, perSecond: 10 });
    standIn.publish(manyRows(60));
    await read();
    expect(standIn.requests).toHaveLength(60);
    const times = standIn.requests.map((request) => request.at);
    for (const at of times)
      expect(times.filter((other) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(10);
  });

  it('asks as the API wants to be asked, and says who asks', async () => {
    const { standIn, read } = await stage();
    standIn.publish(ATS);
    await read();
    const [request] = standIn.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/data/group/otcMarket/name/weeklySummary',
      headers: {
        accept: 'text/plain',
        'accept-encoding': 'gzip',
        'content-type': 'application/json',
        'user-agent': 'run-finra-weekly-schedule/0.0.0-test',
      },
    });
    expect(request?.body).toEqual({
      compareFilters: [
        { compareType: 'EQUAL', fieldName: 'weekStartDate', fieldValue: '2025-12-15' },
        { compareType: 'EQUAL', fieldName: 'tierIdentifier', fieldValue: 'T1' },
        { compareType: 'EQUAL', fieldName: 'summaryTypeCode', fieldValue: 'ATS_W_SMBL_FIRM' },
      ],
      limit: 5000,
      offset: 0,
      delimiter: ',',
      quoteValues: true,
    });
  });
});
