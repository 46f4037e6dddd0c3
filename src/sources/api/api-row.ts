import { COLUMNS, type Column } from '../../finra/columns.ts';
import { missingColumns } from './api-error.ts';
import { canonicalDecimal } from './canonical-decimal.ts';
import type { Table } from './table.ts';

/** One row of the API: a text for each of `COLUMNS`, in that order, in canonical form. */
export type ApiRow = readonly string[];

const INDEX = new Map<Column, number>(COLUMNS.map((column, index) => [column, index]));

const NUMBERS: ReadonlySet<Column> = new Set<Column>([
  'firmCRDNumber',
  'totalWeeklyShareQuantity',
  'totalWeeklyTradeCount',
  'totalNotionalSum',
]);

const DATES: ReadonlySet<Column> = new Set<Column>(['weekStartDate', 'lastUpdateDate']);

// Without these a row has no identity, no figures or no partition.
const REQUIRED: readonly Column[] = [
  'tierIdentifier',
  'issueSymbolIdentifier',
  'issueName',
  'marketParticipantName',
  'MPID',
  'firmCRDNumber',
  'totalWeeklyShareQuantity',
  'totalWeeklyTradeCount',
  'summaryTypeCode',
  'weekStartDate',
  'lastUpdateDate',
];

const MIDNIGHT = /^(\d{4}-\d{2}-\d{2})[T ]00:00:00(?:\.0+)?Z?$/;

/** A row's text in one column. */
export function field(row: ApiRow, column: Column): string {
  return row[INDEX.get(column) ?? -1] ?? '';
}

/** Whether a table says something, and names no column of FINRA's: a sentence, not rows. */
export function hasNoHeader({ columns, rows }: Table): boolean {
  const known = COLUMNS.map((column) => column.toLowerCase());
  return (columns.length > 0 || rows.length > 0) && !columns.some((name) => known.includes(name.toLowerCase()));
}

/** A row of the API beside what else its source row said. */
export interface SourceRow {
  readonly row: ApiRow;
  /** The texts of the columns that are not kept, one text. */
  readonly rest: string;
}

/** The rows of an answer, whatever the order of its fields. Throws `missing_columns`, naming them. */
export function toSourceRows(table: Table): SourceRow[] {
  const names = table.columns.map((name) => name.toLowerCase());
  const positions = COLUMNS.map((column) => ({ column, index: names.indexOf(column.toLowerCase()) }));
  const missing = positions.filter(({ column, index }) => index === -1 && REQUIRED.includes(column));
  if (missing.length > 0)
    throw missingColumns(missing.map(({ column }) => column).join(', '), table.columns.join(', '));
  const kept = new Set(positions.map(({ index }) => index));
  // By name: the order of columns is the answer's own.
  const others = names.map((name, index) => ({ name, index })).filter(({ index }) => !kept.has(index));
  others.sort((a, b) => (a.name < b.name ? -1 : 1));
  return table.rows.map((fields) => ({
    row: positions.map(({ column, index }) => canonicalText(column, fields[index] ?? '')),
    rest: others.map(({ index }) => fields[index]).join('\n'),
  }));
}

/**
 * What makes a row the one it is: ATS rows by MPID, others by firm; a symbol may have several issues and product types
 * (FINRA page, "Identity of a row").
 */
export function rowIdentity(row: ApiRow): string {
  return JSON.stringify([
    field(row, 'summaryTypeCode'),
    field(row, 'issueSymbolIdentifier'),
    field(row, 'issueName'),
    field(row, 'productTypeCode'),
    field(row, 'MPID'),
    field(row, 'firmCRDNumber'),
  ]);
}

function canonicalText(column: Column, text: string): string {
  if (NUMBERS.has(column)) return canonicalDecimal(text);
  return DATES.has(column) ? (MIDNIGHT.exec(text)?.[1] ?? text) : text;
}
