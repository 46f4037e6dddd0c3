import { OFFICIAL_HEADER } from '../../src/finra/columns.ts';

/** A row by column name; a column it lacks is written empty. */
export type Row = Readonly<Record<string, string>>;

export interface TextForm {
  /** The columns and their order; FINRA's own header unless told. */
  readonly header?: readonly string[];
  readonly lineEnd?: '\n' | '\r\n';
}

/** Rows in FINRA's own form: header, pipes, nothing quoted. */
export function encodeOfficial(
  rows: readonly Row[],
  { header = OFFICIAL_HEADER, lineEnd = '\n' }: TextForm = {},
): string {
  return joinLines([header.join('|'), ...rows.map((row) => header.map((column) => row[column]).join('|'))], lineEnd);
}

/** Rows as a spreadsheet saves them: header, commas, quotes where a field needs them. */
export function encodeCsv(rows: readonly Row[], { header = OFFICIAL_HEADER, lineEnd = '\n' }: TextForm = {}): string {
  return joinLines(
    [header.join(','), ...rows.map((row) => csvLine(header.map((column) => row[column] ?? '')))],
    lineEnd,
  );
}

function csvLine(fields: readonly string[]): string {
  return fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}

function joinLines(lines: readonly string[], lineEnd: string): string {
  return lines.map((line) => line + lineEnd).join('');
}
