import { PartitionError } from '../../domain/errors.ts';
import { tierOf } from '../../finra/tier-names.ts';
import type { ApiClient } from './api-client.ts';
import { unstable, wrongPartition } from './api-error.ts';
import { type ApiRow, field, rowIdentity } from './api-row.ts';
import { type ApiPartition, apiLocator } from './locator.ts';
import type { RowQuery, WeekFilter } from './query.ts';
import { type ByteBudget, type PagedRows, type PageReader, readPages } from './read-pages.ts';

export interface FetchRowsDeps {
  readonly client: ApiClient;
  readonly pageLimit: number;
  /** Bytes that one partition may take, decompressed. */
  readonly maxBytes: number;
}

/** How often a partition is read again when its pages do not fit together. */
const MAX_RESTARTS = 3;

/**
 * Every row of the partition whose `summaryTypeCode` is one of `codes`, in no order; rows of other codes never pass.
 * Throws `PartitionError`: `unstable_data` (transient), `wrong_week`, `wrong_tier`, and what the client throws.
 */
export async function fetchRows(
  deps: FetchRowsDeps,
  partition: ApiPartition,
  codes: readonly string[],
): Promise<readonly ApiRow[]> {
  let how = '';
  for (let restarts = 0; restarts <= MAX_RESTARTS; restarts++) {
    const read = await readPartition(deps, partition, codes, restarts > 0);
    if (read.status === 'complete') return read.rows;
    how = read.how;
  }
  throw unstable(apiLocator(partition), how, MAX_RESTARTS);
}

async function readPartition(
  deps: FetchRowsDeps,
  partition: ApiPartition,
  codes: readonly string[],
  again: boolean,
): Promise<PagedRows> {
  const budget: ByteBudget = { left: deps.maxBytes };
  const reader = { ...deps, check: checker(partition), identify: identifier(codes) };
  const rows: ApiRow[] = [];
  for (const summaryTypeCode of partition.dataset === 'weeklySummaryHistoric' ? [null] : codes) {
    const ask = (weekFilter: WeekFilter) => {
      const query = { partition, weekFilter, summaryTypeCode, sorted: again && canSort(partition, weekFilter) };
      return readSorted(reader, query, budget);
    };
    const read = await ask('equal').catch((error: unknown) => {
      if (error instanceof PartitionError && error.code === 'wrong_week') return ask('range');
      throw error;
    });
    if (read.status === 'moved') return read;
    // An ignored filter gives every query the rows of the others too: each keeps its own.
    const wanted = summaryTypeCode === null ? codes : [summaryTypeCode];
    for (const row of read.rows) if (wanted.includes(field(row, 'summaryTypeCode'))) rows.push(row);
  }
  return { status: 'complete', rows };
}

// Sorted pages cannot overlap, but sorting costs FINRA more: only a partition that was read in vain asks for it.
function canSort(partition: ApiPartition, weekFilter: WeekFilter): boolean {
  return weekFilter === 'equal' && partition.dataset === 'weeklySummary';
}

async function readSorted(reader: PageReader, query: RowQuery, budget: ByteBudget): Promise<PagedRows> {
  if (!query.sorted) return readPages(reader, query, budget);
  return readPages(reader, query, budget).catch((error: unknown) => {
    const refused = error instanceof PartitionError && error.code === 'http_status' && !error.transient;
    if (!refused) throw error;
    return readPages(reader, { ...query, sorted: false }, budget);
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

// A row that is not kept is told by all its fields: FINRA promises no key for the roll-ups among them.
function identifier(codes: readonly string[]): (row: ApiRow) => string {
  return (row) => (codes.includes(field(row, 'summaryTypeCode')) ? rowIdentity(row) : JSON.stringify(row));
}
