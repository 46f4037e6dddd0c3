import type { ApiAnswer, ApiClient, Form } from './api-client.ts';
import { missingTotal } from './api-error.ts';
import { type ApiRow, hasNoHeader, type SourceRow, toSourceRows } from './api-row.ts';
import type { Dataset } from './locator.ts';
import { pageRequest, type RowQuery } from './query.ts';
import { readDelimited, readJson, type Table } from './table.ts';
import { unreadableAnswer } from './unreadable-answer.ts';

/**
 * All rows of a query; or, when its pages do not fit together, how they differ: the data moved while it was read.
 * `repeated` rows are as many as announced, some of them on two pages: either others are missing for them, or FINRA
 * really has them twice.
 */
export type PagedRows =
  | { readonly status: 'complete'; readonly rows: readonly ApiRow[] }
  | { readonly status: 'repeated'; readonly rows: readonly ApiRow[]; readonly how: string }
  | { readonly status: 'moved'; readonly how: string };

/** The bytes that one partition may still take; shared by its pages. */
export interface ByteBudget {
  left: number;
}

export interface PageReader {
  readonly client: ApiClient;
  /** Rows asked for a page; FINRA may send fewer. */
  readonly pageLimit: number;
  /** Bytes that one answer may take, decompressed. */
  readonly maxAnswerBytes: number;
  /** Throws when a row is not of the partition that was asked for. */
  readonly check: (row: ApiRow) => void;
  /** What makes a row the one it is. */
  readonly identify: (row: SourceRow) => string;
}

/** How a query is read. */
export interface Reading {
  /** Rows asked for the first page: other pages then begin elsewhere too. */
  readonly firstLimit: number;
  /** Whether to read on when a row comes again. */
  readonly toTheEnd: boolean;
}

/**
 * Reads a query page by page, going on by what was received until the answer's own total. Throws `PartitionError` for
 * answers that are not the data asked for.
 */
export async function readPages(
  reader: PageReader,
  query: RowQuery,
  budget: ByteBudget,
  reading: Reading,
): Promise<PagedRows> {
  const rows: ApiRow[] = [];
  const earlier = new Set<string>();
  let total: number | null = null;
  let repeated: string | null = null;
  do {
    const limit = rows.length === 0 ? reading.firstLimit : reader.pageLimit;
    const page = await readPage(reader, pageRequest(query, rows.length, limit), query.partition.dataset, budget);
    if (page.rows.length > 0 && page.total === null) throw missingTotal(`FINRA's ${query.partition.dataset}`);
    if (page.rows.length === 0 && total === null && (page.total ?? 0) === 0) return { status: 'complete', rows };
    const how = misfit(page, rows.length, total);
    if (how !== null) return { status: 'moved', how };
    const identities = page.rows.map(reader.identify);
    repeated ??= overlap(identities, earlier, rows.length);
    if (repeated !== null && !reading.toTheEnd) return { status: 'moved', how: repeated };
    // Only now: rows alike within one page are FINRA's own duplicates, which normalize names and rejects.
    for (const identity of identities) earlier.add(identity);
    for (const { row } of page.rows) {
      reader.check(row);
      rows.push(row);
    }
    total = page.total;
  } while (rows.length < (total ?? 0));
  return repeated === null ? { status: 'complete', rows } : { status: 'repeated', rows, how: repeated };
}

interface Page {
  readonly rows: readonly SourceRow[];
  readonly total: number | null;
}

function misfit(page: Page, received: number, total: number | null): string | null {
  if (page.rows.length === 0) return `no rows came from ${received} on, of ${total ?? page.total}`;
  if (total !== null && page.total !== total) return `the number of rows went from ${total} to ${page.total}`;
  if (received + page.rows.length > (page.total ?? 0)) return `more rows came than the ${page.total} announced`;
  return null;
}

function overlap(identities: readonly string[], earlier: ReadonlySet<string>, received: number): string | null {
  const again = identities.some((identity) => earlier.has(identity));
  return again ? `a row of the first ${received} came again on a later page` : null;
}

async function readPage(reader: PageReader, body: object, dataset: Dataset, budget: ByteBudget): Promise<Page> {
  const ask = async (form: Form): Promise<ApiAnswer> => {
    const page = await reader.client.query(dataset, body, form, Math.min(budget.left, reader.maxAnswerBytes));
    budget.left -= page.bytes;
    return page;
  };
  let answer = await ask('text/plain');
  let table = tableOf(answer);
  if (table === null && !answer.isJson) {
    answer = await ask('application/json');
    table = tableOf(answer);
  }
  if (table === null || hasNoHeader(table)) throw unreadableAnswer(`FINRA's ${dataset}`, answer);
  const isEmpty = table.columns.length === 0 && table.rows.length === 0;
  return { rows: isEmpty ? [] : toSourceRows(table), total: answer.total };
}

function tableOf(answer: ApiAnswer): Table | null {
  if (answer.text === '') return { columns: [], rows: [] };
  return answer.isJson ? readJson(answer.text) : readDelimited(answer.text);
}
