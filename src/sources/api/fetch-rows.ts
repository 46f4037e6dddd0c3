import { PartitionError } from '../../domain/errors.ts';
import { tierOf } from '../../finra/tier-names.ts';
import type { ApiClient } from './api-client.ts';
import { unstable, wrongPartition } from './api-error.ts';
import { type ApiRow, field, rowIdentity, type SourceRow } from './api-row.ts';
import { canonicalDocument } from './canonical-document.ts';
import { type ApiPartition, apiLocator } from './locator.ts';
import type { RowQuery, WeekFilter } from './query.ts';
import { type ByteBudget, type PagedRows, type PageReader, type Reading, readPages } from './read-pages.ts';

export interface FetchRowsDeps {
  readonly client: ApiClient;
  readonly pageLimit: number;
  /** Bytes that one partition may take, decompressed. */
  readonly maxBytes: number;
  /** The same for one answer. */
  readonly maxAnswerBytes: number;
}

/** How often a partition is read again when its pages do not fit together. */
const MAX_RESTARTS = 3;

/**
 * Every row of the partition whose `summaryTypeCode` is one of `codes`, in no order; rows of other codes never pass.
 * A row that keeps coming on two pages is taken, twice, when the last two readings gave the same rows: FINRA has it
 * twice. Throws `PartitionError`: `unstable_data` (transient), `wrong_week`, `wrong_tier`, and what the client throws.
 */
export async function fetchRows(
  deps: FetchRowsDeps,
  partition: ApiPartition,
  codes: readonly string[],
): Promise<readonly ApiRow[]> {
  let how = '';
  let before: string | null = null;
  for (let restarts = 0; restarts <= MAX_RESTARTS; restarts++) {
    const read = await readPartition(deps, partition, codes, restarts);
    if (read.status === 'complete') return read.rows;
    how = read.how;
    const document = read.status === 'repeated' ? canonicalDocument(read.rows) : null;
    if (read.status === 'repeated' && document === before) return read.rows;
    before = document;
  }
  throw unstable(apiLocator(partition), how, MAX_RESTARTS);
}

async function readPartition(
  deps: FetchRowsDeps,
  partition: ApiPartition,
  codes: readonly string[],
  restarts: number,
): Promise<PagedRows> {
  const budget: ByteBudget = { left: deps.maxBytes };
  const reader = { ...deps, check: checker(partition), identify: identifier(codes) };
  const reading = readingAfter(restarts, deps.pageLimit);
  const rows: ApiRow[] = [];
  let repeated: string | null = null;
  for (const summaryTypeCode of partition.dataset === 'weeklySummaryHistoric' ? [null] : codes) {
    const ask = (weekFilter: WeekFilter) => {
      const query = { partition, weekFilter, summaryTypeCode, sorted: restarts > 0 && canSort(partition, weekFilter) };
      return readSorted(reader, query, budget, reading);
    };
    const read = await ask('equal').catch((error: unknown) => {
      if (error instanceof PartitionError && error.code === 'wrong_week') return ask('range');
      throw error;
    });
    if (read.status === 'moved') return read;
    if (read.status === 'repeated') repeated ??= read.how;
    // An ignored filter gives every query the rows of the others too: each keeps its own.
    const wanted = summaryTypeCode === null ? codes : [summaryTypeCode];
    for (const row of read.rows) if (wanted.includes(field(row, 'summaryTypeCode'))) rows.push(row);
  }
  return repeated === null ? { status: 'complete', rows } : { status: 'repeated', rows, how: repeated };
}

// The last two readings go to the end, to be compared. Their pages begin at different rows: what pages wrongly share
// moves with them, what FINRA has twice does not.
function readingAfter(restarts: number, pageLimit: number): Reading {
  return { toTheEnd: restarts >= MAX_RESTARTS - 1, firstLimit: restarts === MAX_RESTARTS ? 1 : pageLimit };
}

// Sorted pages cannot overlap, but sorting costs FINRA more: only a partition that was read in vain asks for it.
function canSort(partition: ApiPartition, weekFilter: WeekFilter): boolean {
  return weekFilter === 'equal' && partition.dataset === 'weeklySummary';
}

async function readSorted(
  reader: PageReader,
  query: RowQuery,
  budget: ByteBudget,
  reading: Reading,
): Promise<PagedRows> {
  if (!query.sorted) return readPages(reader, query, budget, reading);
  return readPages(reader, query, budget, reading).catch((error: unknown) => {
    const refused = error instanceof PartitionError && error.code === 'http_status' && !error.transient;
    if (!refused) throw error;
    return readPages(reader, { ...query, sorted: false }, budget, reading);
  });
}

function checker(partition: ApiPartition): (row: ApiRow) => void {
  const { dataset, weekStart, tierIdentifier } = partition;
  const tier = tierOf(tierIdentifier);
  return (row) => {
    const week = field(row, 'weekStartDate');
    if (week !== weekStart) throw wrongPartition('wrong_week', `FINRA's ${dataset}`, weekStart, week);
    const identifier = field(row, 'tierIdentifier');
    if (identifier !== tierIdentifier && (tier === null || tierOf(identifier) !== tier))
      throw wrongPartition('wrong_tier', `FINRA's ${dataset}`, tierIdentifier, identifier);
  };
}

// A row that is not kept is told by all that its source row says: FINRA promises no key for the roll-ups among them.
function identifier(codes: readonly string[]): (row: SourceRow) => string {
  return ({ row, rest }) =>
    codes.includes(field(row, 'summaryTypeCode')) ? rowIdentity(row) : `${JSON.stringify(row)}${rest}`;
}
