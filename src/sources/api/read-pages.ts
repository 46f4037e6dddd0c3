import type { ApiAnswer, ApiClient, Form } from './api-client.ts';
import { excerptOf, missingTotal, notData } from './api-error.ts';
import { type ApiRow, toApiRows } from './api-row.ts';
import { pageRequest, type RowQuery } from './query.ts';
import { readDelimited, readJson, type Table } from './table.ts';

/** All rows of a query; or, when its pages do not fit together, how they differ: the data moved while it was read. */
export type PagedRows =
  | { readonly status: 'complete'; readonly rows: readonly ApiRow[] }
  | { readonly status: 'moved'; readonly how: string };

/** The bytes that one partition may still take; shared by its pages. */
export interface ByteBudget {
  left: number;
}

export interface PageReader {
  readonly client: ApiClient;
  /** Rows asked for a page; FINRA may send fewer. */
  readonly pageLimit: number;
  /** Throws when a row is not of the partition that was asked for. */
  readonly check: (row: ApiRow) => void;
  /** What makes a row the one it is. */
  readonly identify: (row: ApiRow) => string;
}

/**
 * Reads a query page by page, going on by what was received until the answer's own total. Throws `PartitionError` for
 * answers that are not the data asked for.
 */
export async function readPages(reader: PageReader, query: RowQuery, budget: ByteBudget): Promise<PagedRows> {
  const rows: ApiRow[] = [];
  const earlier = new Set<string>();
  let total: number | null = null;
  do {
    const page = await readPage(reader, query, rows.length, budget);
    if (page.rows.length > 0 && page.total === null) throw missingTotal(`FINRA's ${query.partition.dataset}`);
    if (page.rows.length === 0 && total === null && (page.total ?? 0) === 0) return { status: 'complete', rows };
    const identities = page.rows.map(reader.identify);
    const how = misfit(page, rows.length, total) ?? overlap(identities, earlier, rows.length);
    if (how !== null) return { status: 'moved', how };
    // Only now: rows alike within one page are FINRA's own duplicates, which normalize names and rejects.
    for (const identity of identities) earlier.add(identity);
    page.rows.forEach(reader.check);
    for (const row of page.rows) rows.push(row);
    total = page.total;
  } while (rows.length < (total ?? 0));
  return { status: 'complete', rows };
}

interface Page {
  readonly rows: readonly ApiRow[];
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

async function readPage(reader: PageReader, query: RowQuery, offset: number, budget: ByteBudget): Promise<Page> {
  const { dataset } = query.partition;
  const body = pageRequest(query, offset, reader.pageLimit);
  const ask = async (form: Form): Promise<ApiAnswer> => {
    const page = await reader.client.query(dataset, body, form, budget.left);
    budget.left -= page.bytes;
    return page;
  };
  let answer = await ask('text/plain');
  let table = tableOf(answer);
  if (table === null && !answer.isJson) {
    answer = await ask('application/json');
    table = tableOf(answer);
  }
  if (table === null) throw notData(`FINRA's ${dataset}`, excerptOf(answer.text));
  const isEmpty = table.columns.length === 0 && table.rows.length === 0;
  return { rows: isEmpty ? [] : toApiRows(table), total: answer.total };
}

function tableOf(answer: ApiAnswer): Table | null {
  if (answer.text === '') return { columns: [], rows: [] };
  return answer.isJson ? readJson(answer.text) : readDelimited(answer.text);
}
