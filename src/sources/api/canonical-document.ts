import { COLUMNS } from '../../finra/columns.ts';
import type { ApiRow } from './api-row.ts';

const NEEDS_QUOTES = /[",\r\n]/;

/**
 * Rows as one CSV text with a fixed header: quotes only where needed, LF, rows in the order of their own text. The same
 * rows give the same bytes, whatever the paging, row or field order they came in.
 */
export function canonicalDocument(rows: readonly ApiRow[]): string {
  // The default sort compares code units: it knows no locale, so it is the same everywhere.
  const lines = rows.map(csvLine).sort();
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

function csvLine(row: ApiRow): string {
  return row.map((text) => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',');
}
