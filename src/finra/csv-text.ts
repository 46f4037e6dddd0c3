import { CsvError, parse } from 'csv-parse/sync';

/** What stands where no quote may, or a quoted field that goes on beyond the end of the text. */
export type BrokenQuote = 'misplaced' | 'open';

/**
 * How many fields a record has, found without splitting it, or how its quotes are broken. csv-parse stops for good at a
 * broken quote; with this it is only ever given sound records, and a broken one costs no other.
 */
export function fieldCount(record: string): number | BrokenQuote {
  let commas = 0;
  let from = 0;
  for (let quote = record.indexOf('"'); quote !== -1; quote = record.indexOf('"', from)) {
    if (quote > 0 && record[quote - 1] !== ',') return 'misplaced';
    commas += commasIn(record, from, quote);
    const close = closingQuote(record, quote + 1);
    if (close === -1) return 'open';
    from = close + 1;
    if (from < record.length && record[from] !== ',') return 'misplaced';
  }
  return 1 + commas + commasIn(record, from, record.length);
}

/** A whole text's records, or that a broken quote keeps it from having any. */
export type CsvText =
  | { readonly status: 'ok'; readonly records: readonly (readonly string[])[] }
  | { readonly status: 'malformed' };

/** Parses a text at once, for texts that are small or already held; its records may differ in their number of fields. */
export function parseCsv(text: string): CsvText {
  try {
    return { status: 'ok', records: parse(text, { record_delimiter: ['\r\n', '\n'], relax_column_count: true }) };
  } catch (error) {
    if (error instanceof CsvError) return { status: 'malformed' };
    throw error;
  }
}

/** The fields of `records`, which all have the same number of fields and no broken quote. */
export function splitRecords(records: readonly string[]): string[][] {
  return parse(records.join('\n'), { record_delimiter: '\n' });
}

// Two quotes in a row stand for one inside the field.
function closingQuote(record: string, from: number): number {
  let quote = record.indexOf('"', from);
  while (quote !== -1 && record[quote + 1] === '"') quote = record.indexOf('"', quote + 2);
  return quote;
}

function commasIn(record: string, from: number, to: number): number {
  let count = 0;
  for (let comma = record.indexOf(',', from); comma !== -1 && comma < to; comma = record.indexOf(',', comma + 1))
    count++;
  return count;
}
