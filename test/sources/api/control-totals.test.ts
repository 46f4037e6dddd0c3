import { expect, it } from 'vitest';
import { apiRow, rollUps } from '../../stand-in/api-rows.ts';
import { stage, T1_LOCATOR } from './stage.ts';

const ROWS = [
  apiRow({ MPID: 'UBSA', totalWeeklyShareQuantity: '9007199254740993', totalWeeklyTradeCount: '3' }),
  apiRow({ MPID: 'SGMT', totalWeeklyShareQuantity: '0.25', totalWeeklyTradeCount: '4' }),
  apiRow({ issueSymbolIdentifier: 'MSFT', issueName: 'Microsoft' }),
  apiRow({ summaryTypeCode: 'OTC_W_SMBL_FIRM', MPID: null, totalWeeklyShareQuantity: '70' }),
];

it.each(['weeklySummary', 'weeklySummaryHistoric'])(
  "reads FINRA's own totals per symbol, exactly, from %s",
  async (dataset) => {
    const { standIn, source } = await stage({ pageRows: 2 }, { summaryTypes: ['ats', 'non-ats'] });
    standIn.publish([...ROWS, ...rollUps(ROWS)], dataset);
    const totals = await source.controlTotals(T1_LOCATOR.replace('weeklySummary', dataset));
    const lines = totals.map((total) => `${total.summaryType} ${total.symbol} ${total.shares} ${total.trades}`);
    expect(lines.sort()).toEqual(['ats AAPL 9007199254740993.25 7', 'ats MSFT 1500 12', 'non-ats AAPL 70 12']);
  },
);

it('reads the totals of the wanted summary types only, and none where there are none', async () => {
  const { standIn, source } = await stage();
  standIn.publish([...ROWS, ...rollUps(ROWS)]);
  expect((await source.controlTotals(T1_LOCATOR)).map((total) => total.summaryType)).toEqual(['ats', 'ats']);
  standIn.publish(ROWS);
  expect(await source.controlTotals(T1_LOCATOR)).toEqual([]);
});

it('reads the totals of an old OTC week under the spelling of its time', async () => {
  const { standIn, source } = await stage();
  const rows = ROWS.map((row) => ({ ...row, tierIdentifier: 'OTC' }));
  standIn.publish([...rows, ...rollUps(rows)], 'weeklySummaryHistoric');
  const totals = await source.controlTotals('finra-api:weeklySummaryHistoric:2025-12-15:OTCE');
  expect(totals.map(({ symbol }) => symbol).sort()).toEqual(['AAPL', 'MSFT']);
});
