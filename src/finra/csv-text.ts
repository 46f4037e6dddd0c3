import { CsvError, parse } from 'csv-parse/sync';

/** What csv-parse made of a text: its records, or why it has none. */
export type CsvText =
  | { readonly status: 'ok'; readonly records: readonly (readonly string[])[] }
  /** A quote is still open at the end of the text. */
  | { readonly status: 'open' }
  /** A quote stands where none may. */
  | { readonly status: 'malformed' };

// The line end is given, not discovered: files mix both kinds. Widths are checked by the caller, row by row.
const OPTIONS = { record_delimiter: ['\r\n', '\n'], relax_column_count: true };

/** Parses a piece of a comma-separated, quoted text; bounded pieces keep the memory of a large file bounded. */
export function parseCsv(text: string): CsvText {
  try {
    return { status: 'ok', records: parse(text, OPTIONS) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { status: error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'open' : 'malformed' };
  }
}
