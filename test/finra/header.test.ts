import { describe, expect, it } from 'vitest';
import { OFFICIAL_HEADER } from '../../src/finra/columns.ts';
import { readHeader } from '../../src/finra/header.ts';
import { CSV, OFFICIAL } from './reading.ts';

describe('readHeader', () => {
  it('reads the official header', () => {
    const { layout, width } = readHeader(OFFICIAL);
    expect(layout.form).toBe('finra');
    expect([...layout.columns]).toEqual(OFFICIAL_HEADER.map((column, index) => [column, index]));
    expect(layout.unknownColumns).toEqual([]);
    expect(layout.rebuildable).toBe(true);
    expect(width).toBe(8);
  });

  it('finds columns by name, whatever their order, case and spacing', () => {
    const { layout } = readHeader(
      ' LASTUPDATEDATE|mpid | Tierdescription|issueSymbolIdentifier|issueName|marketParticipantName|totalWeeklyShareQuantity|totalWeeklyTradeCount',
    );
    expect(layout.columns.get('lastUpdateDate')).toBe(0);
    expect(layout.columns.get('MPID')).toBe(1);
    expect(layout.columns.get('tierDescription')).toBe(2);
  });

  it('counts unknown columns into the width and lists them in order', () => {
    const { layout, width } = readHeader(`zeta|${OFFICIAL}|alpha|weekStartDate||`);
    expect(layout.unknownColumns).toEqual(['zeta', 'alpha']);
    expect(layout.columns.get('weekStartDate')).toBe(10);
    expect(width).toBe(13);
  });

  it.each([
    ['in another order', [...OFFICIAL_HEADER].reverse().join('|')],
    ['with one column more', `${OFFICIAL}|weekStartDate`],
    ['as ordinary CSV', CSV],
  ])('takes no row to be rebuildable %s', (_, line) => {
    expect(readHeader(line).layout.rebuildable).toBe(false);
  });

  it.each([
    ['quoted CSV', OFFICIAL_HEADER.map((column) => `"${column}"`).join(','), 8],
    ['CSV with a bar in a foreign name', `${CSV},a|b`, 9],
    ['CSV with a comma in a foreign name', `"a,b",${CSV}`, 9],
  ])('reads %s', (_, line, width) => {
    expect(readHeader(line)).toMatchObject({ layout: { form: 'csv' }, width });
  });

  it('needs one of the two tier columns, and takes both', () => {
    expect(readHeader(OFFICIAL.replace('tierDescription', 'tierIdentifier')).layout.columns.has('tierIdentifier')).toBe(
      true,
    );
    expect(readHeader(`${OFFICIAL}|tierIdentifier`).layout.columns.has('tierDescription')).toBe(true);
  });

  it.each([
    ['MPID', OFFICIAL.replace('MPID', 'MP ID'), 'the header lacks the column MPID'],
    [
      'the tier',
      CSV.replace('tierDescription', 'tier'),
      'the header lacks the column tierDescription or tierIdentifier',
    ],
    [
      'several',
      'tierDescription|MPID|issueName|marketParticipantName|totalWeeklyTradeCount',
      'the header lacks the columns issueSymbolIdentifier, totalWeeklyShareQuantity, lastUpdateDate',
    ],
    [
      'all, since tabs separate nothing',
      OFFICIAL.replaceAll('|', '\t'),
      'the header lacks the columns tierDescription or tierIdentifier, issueSymbolIdentifier, issueName, marketParticipantName, MPID, totalWeeklyShareQuantity, totalWeeklyTradeCount, lastUpdateDate',
    ],
  ])('names the missing columns: %s', (_, line, message) => {
    expect(() => readHeader(line)).toThrow(expect.objectContaining({ code: 'missing_columns', message }));
  });

  it.each([`${OFFICIAL}|mpid`, `${CSV},MPID`])('refuses a column that is named twice: %s', (line) => {
    const error = { code: 'duplicate_column', message: 'the header names the column MPID twice' };
    expect(() => readHeader(line)).toThrow(expect.objectContaining(error));
  });

  it.each([`"${CSV}`, CSV.replace('MPID', '"MP"ID')])('refuses a header with a broken quote: %s', (line) => {
    expect(() => readHeader(line)).toThrow(expect.objectContaining({ code: 'malformed_header' }));
  });
});
