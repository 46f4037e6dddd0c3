import { describe, expect, it } from 'vitest';
import { readUpdateDate, readVenue, summaryKind, trimText } from '../../src/finra/row-readings.ts';

describe('readVenue', () => {
  it.each([
    ['an ATS row without a summary type', '', 'UBSA', '', { venueType: 'ATS', mpid: 'UBSA' }],
    ['an ATS row', 'ATS_W_SMBL_FIRM', ' UBSA ', '7654', { venueType: 'ATS', mpid: 'UBSA' }],
    ['a firm with an MPID', 'OTC_W_SMBL_FIRM', 'CDRG', '116797', { venueType: 'NON_ATS', mpid: 'CDRG' }],
    ['a firm without one', 'OTC_W_SMBL_FIRM', ' ', ' 116797 ', { venueType: 'NON_ATS', mpid: 'CRD:116797' }],
    ['the unattributed rest', ' otc_w_smbl_firm ', '', '', { venueType: 'NON_ATS', mpid: 'DE_MINIMIS' }],
    ['an ATS row without an MPID', 'ATS_W_SMBL_FIRM', ' \t', '7654', null],
    ['a row without a summary type or an MPID', ' ', '', '7654', null],
    ['a roll-up', 'ATS_W_SMBL', 'UBSA', '', null],
    ['a kind never seen', 'XYZ_W_SMBL_FIRM', 'UBSA', '', null],
  ])('identifies %s', (_, summaryType, mpid, firmCrd, venue) => {
    expect(readVenue({ summaryType, mpid, firmCrd })).toEqual(venue);
  });

  it('keeps the case of an MPID', () => {
    expect(readVenue({ summaryType: '', mpid: 'Ubsa', firmCrd: '' })).toEqual({ venueType: 'ATS', mpid: 'Ubsa' });
  });
});

describe('summaryKind', () => {
  it.each([
    ['', 'firm_rows'],
    [' ', 'firm_rows'],
    ['ATS_W_SMBL_FIRM', 'firm_rows'],
    ['otc_w_smbl_firm', 'firm_rows'],
    ['ATS_W_SMBL', 'roll_up'],
    ['OTC_W_SMBL', 'roll_up'],
    ['ATS_W_FIRM', 'roll_up'],
    ['OTC_W_FIRM', 'roll_up'],
    ['ATS_W_VOL_STATS', 'roll_up'],
    ['ATS_M_SMBL_FIRM', 'unknown'],
  ])('of %j is %s', (summaryType, kind) => {
    expect(summaryKind(summaryType)).toBe(kind);
  });
});

describe('readUpdateDate', () => {
  it.each([
    ['2025-12-15', '2025-12-15'],
    [' 2025-12-15 ', '2025-12-15'],
    ['2025-12-15T09:58:01', '2025-12-15'],
    ['2025-12-15 09:58', '2025-12-15'],
    ['2025-12-15T09:58:01.123Z', '2025-12-15'],
    ['2025-12-15T00:30:00-05:00', '2025-12-15'],
    ['12/15/2025', '2025-12-15'],
    ['1/5/2026', '2026-01-05'],
    ['12/15/2025 0:00', '2025-12-15'],
    ['2024-02-29', '2024-02-29'],
  ])('reads %j as %s', (text, date) => {
    expect(readUpdateDate(text)).toBe(date);
  });

  it.each([
    '',
    '2025-02-30',
    '2025-13-01',
    '15/12/2025',
    '20251215',
    '2025-12-1',
    '2025-12-15x',
    '2025-12-15T',
    '12-15-2025',
    '46006',
    'n/a',
  ])('reads no date in %j', (text) => {
    expect(readUpdateDate(text)).toBeNull();
  });
});

describe('trimText', () => {
  it('takes white space of every kind from both ends, and none from within', () => {
    expect(trimText('\t\u00a0 AAPL  Inc \u3000\r')).toBe('AAPL  Inc');
  });
});
