import { describe, expect, it } from 'vitest';
import { COLUMNS } from '../../../src/finra/columns.ts';
import { apiRow, manyRows, rollUps } from '../../stand-in/api-rows.ts';
import { stage } from './stage.ts';

const HISTORIC = 'finra-api:weeklySummaryHistoric:2024-06-03:T1';

const ATS = manyRows(30);

const NON_ATS = [
  ...manyRows(20, { summaryTypeCode: 'OTC_W_SMBL_FIRM', MPID: null, firmCRDNumber: '7691' }),
  ...manyRows(20, {
    summaryTypeCode: 'OTC_W_SMBL_FIRM',
    MPID: null,
    firmCRDNumber: null,
    marketParticipantName: 'De Minimis Firms',
  }),
];

const EVERYTHING = [...ATS, ...NON_ATS, ...rollUps([...ATS, ...NON_ATS])];

describe('which rows are kept', () => {
  it('asks for each wanted summary type, and mixes in no roll-up', async () => {
    const { standIn, read } = await stage({ pageRows: 9 }, { summaryTypes: ['ats', 'non-ats'] });
    standIn.publish(EVERYTHING);
    const [header, ...lines] = (await read()).trimEnd().split('\n');
    expect(header).toBe(COLUMNS.join(','));
    expect(lines).toHaveLength(ATS.length + NON_ATS.length);
    expect(lines.filter((line) => line.includes(',ATS_W_SMBL_FIRM,'))).toHaveLength(30);
    expect(lines.filter((line) => line.includes(',OTC_W_SMBL_FIRM,'))).toHaveLength(40);
  });

  it('tells firms without MPID, and the unattributed rest, apart across pages', async () => {
    const { standIn, read } = await stage({ pageRows: 5 }, { summaryTypes: ['non-ats'] });
    standIn.publish(EVERYTHING);
    await read();
    expect(standIn.requests).toHaveLength(8);
  });

  it('tells two issues of one symbol, and two product types of one issue, apart across pages', async () => {
    const { standIn, read } = await stage({ pageRows: 1 });
    standIn.publish([
      apiRow({ issueSymbolIdentifier: 'RNA', issueName: 'Old' }),
      apiRow({ issueSymbolIdentifier: 'RNA', issueName: 'New' }),
      apiRow({ issueSymbolIdentifier: 'RNA', issueName: 'New', productTypeCode: 'A' }),
    ]);
    await read();
    expect(standIn.requests).toHaveLength(3);
  });

  it('filters weeklySummaryHistoric itself, which answers every summary type', async () => {
    const old = EVERYTHING.map((row) => ({ ...row, weekStartDate: '2024-06-03' }));
    const { standIn, read } = await stage({ pageRows: 20 });
    standIn.publish(old, 'weeklySummaryHistoric');
    const lines = (await read(HISTORIC)).trimEnd().split('\n').slice(1);
    expect(lines).toHaveLength(30);
    expect(standIn.requests[0]?.body?.compareFilters).toHaveLength(2);
  });

  it('is not upset by roll-ups that nothing but their figures tells apart', async () => {
    const week = { weekStartDate: '2024-06-03' };
    const statistics = { ...week, summaryTypeCode: 'ATS_W_VOL_STATS', MPID: null, firmCRDNumber: null };
    const { standIn, read } = await stage({ pageRows: 1 });
    const rows = ['1', '2'].map((totalWeeklyTradeCount) => apiRow({ ...statistics, totalWeeklyTradeCount }));
    standIn.publish([...rows, apiRow(week)], 'weeklySummaryHistoric');
    expect((await read(HISTORIC)).split('\n')).toHaveLength(3);
    expect(standIn.requests).toHaveLength(3);
  });

  it('gives an old week the bytes it had while it was young', async () => {
    const rows = EVERYTHING.map((row) => ({ ...row, weekStartDate: '2024-06-03' }));
    const { standIn, read } = await stage({ pageRows: 20 });
    standIn.publish(rows, 'weeklySummaryHistoric');
    standIn.publish(rows);
    expect(await read(HISTORIC)).toBe(await read('finra-api:weeklySummary:2024-06-03:T1'));
  });

  it('finds an old OTC week under the spelling of its time', async () => {
    const { standIn, read } = await stage();
    standIn.publish(manyRows(4, { weekStartDate: '2024-06-03', tierIdentifier: 'OTC' }), 'weeklySummaryHistoric');
    expect((await read('finra-api:weeklySummaryHistoric:2024-06-03:OTCE')).split('\n')).toHaveLength(6);
  });

  it('fails an old OTC week that is under no spelling', async () => {
    const { read } = await stage();
    await expect(read('finra-api:weeklySummaryHistoric:2024-06-03:OTCE')).rejects.toMatchObject({
      code: 'source_empty',
    });
  });

  it.each([204, 200] as const)('fails a partition that is listed and empty (%i)', async (empty) => {
    const { standIn, read } = await stage({ empty });
    standIn.publish(manyRows(3, { tierIdentifier: 'T2' }));
    await expect(read()).rejects.toMatchObject({ code: 'source_empty', transient: false });
    expect(standIn.requests).toHaveLength(1);
  });

  it('takes a partition for empty while one of the wanted summary types is', async () => {
    const { standIn, read } = await stage({}, { summaryTypes: ['ats', 'non-ats'] });
    standIn.publish(ATS);
    await expect(read()).rejects.toMatchObject({
      code: 'source_empty',
      message: expect.stringContaining('no OTC_W_SMBL_FIRM rows'),
    });
  });

  it('does not take a page without rows for an empty partition when the API counts some', async () => {
    const { standIn, read } = await stage();
    standIn.publish(ATS);
    standIn.fault({ fault: { kind: 'status', status: 200, headers: { 'record-total': '30' } } });
    expect((await read()).split('\n')).toHaveLength(32);
  });

  it('refuses rows whose number it cannot know', async () => {
    const { standIn, read } = await stage({ pagingHeaders: false });
    standIn.publish(ATS);
    await expect(read()).rejects.toMatchObject({ code: 'missing_total', transient: false });
  });
});
