import { type RawBuilder, sql } from 'kysely';
import type { Quantity } from '../domain/quantity.ts';
import type { Tier } from '../domain/tier.ts';
import type { ListedCapture } from './capture-queries.ts';
import {
  type QuantityCells,
  quantityOfCells,
  quantityOfSum,
  type SumCells,
  selectQuantity,
  selectSum,
} from './exact-quantity.ts';
import { readRows } from './normalize.ts';
import type { Db, VenueType } from './schema.ts';
import type { ReadQuantity } from './store.ts';

/** Two captures of one tier, to be compared row by row. */
export interface CapturePair {
  readonly older: ListedCapture;
  readonly newer: ListedCapture;
  readonly readQuantity: ReadQuantity;
}

/** What became of a row from the older capture to the newer one. `notional` changed in its notional value alone. */
export type RowChange = 'added' | 'removed' | 'changed' | 'notional' | 'same';

/** A number before and after. */
export interface BeforeAfter<T> {
  readonly older: T;
  readonly newer: T;
}

/** The two captures in numbers. Symbols are counted as captures count them: an issue is a symbol with its issue name. */
export interface DiffTotals {
  readonly changes: Readonly<Record<RowChange, number>>;
  readonly shares: BeforeAfter<Quantity>;
  readonly trades: BeforeAfter<Quantity>;
  readonly symbols: BeforeAfter<number> & { readonly added: number; readonly removed: number };
}

/** A row that one capture has and the other has not, or has with other figures; null where it is absent. */
export interface RowDifference {
  readonly venueType: VenueType;
  readonly symbol: string;
  readonly issueName: string;
  readonly productType: string;
  readonly mpid: string;
  readonly shares: BeforeAfter<Quantity | null>;
  readonly trades: BeforeAfter<Quantity | null>;
}

/** A venue of either capture; `rows` 0 where a capture has none of it. */
export interface VenuePresence {
  readonly venueType: VenueType;
  readonly mpid: string;
  readonly rows: BeforeAfter<number>;
}

// What normalize kept; of a capture that was never accepted, what it would read from the raw rows.
function rowsOf({ captureKey, state, partition }: ListedCapture, readQuantity: ReadQuantity): RawBuilder<unknown> {
  if (state === 'accepted') {
    return sql`SELECT issue_key, venue_key, product_type, total_shares AS shares, total_trades AS trades, notional
      FROM normalized_rows WHERE capture_key = ${captureKey}`;
  }
  return sql`SELECT issue_key, venue_key, product_type, min(shares) AS shares, min(trades) AS trades,
      min(notional) AS notional
    FROM (${readRows(captureKey, partition.tier as Tier, readQuantity)}) AS read WHERE reject_code IS NULL
    GROUP BY issue_key, venue_key, product_type
    HAVING min(shares) = max(shares) AND min(trades) = max(trades) AND count(notional) IN (0, count(*))
      AND coalesce(min(notional) = max(notional), TRUE)`;
}

/** The common table `pairs`: one line per row key of either capture, with the figures of both. */
export function withPairs({ older, newer, readQuantity }: CapturePair): RawBuilder<unknown> {
  return sql`WITH sides AS (
      SELECT 1 AS is_older, older.* FROM (${rowsOf(older, readQuantity)}) AS older
      UNION ALL SELECT 0, newer.* FROM (${rowsOf(newer, readQuantity)}) AS newer),
    figures AS (
      SELECT issue_key, venue_key, product_type,
        max(CASE WHEN is_older = 1 THEN shares END) AS older_shares, max(CASE WHEN is_older = 0 THEN shares END) AS newer_shares,
        max(CASE WHEN is_older = 1 THEN trades END) AS older_trades, max(CASE WHEN is_older = 0 THEN trades END) AS newer_trades,
        max(CASE WHEN is_older = 1 THEN notional END) AS older_notional,
        max(CASE WHEN is_older = 0 THEN notional END) AS newer_notional
      FROM sides GROUP BY issue_key, venue_key, product_type),
    pairs AS (
      SELECT figures.*, CASE
          WHEN older_shares IS NULL THEN 'added'
          WHEN newer_shares IS NULL THEN 'removed'
          WHEN older_shares <> newer_shares OR older_trades <> newer_trades THEN 'changed'
          WHEN older_notional IS DISTINCT FROM newer_notional THEN 'notional'
          ELSE 'same'
        END AS change
      FROM figures)`;
}

const ROW_CHANGES = ['added', 'removed', 'changed', 'notional', 'same'] as const satisfies readonly RowChange[];

type TotalsRow = SumCells<'older_shares' | 'newer_shares' | 'older_trades' | 'newer_trades'> &
  Record<RowChange, number>;

/** The two captures in numbers, and how many rows became what. */
export async function diffTotals(db: Db, pair: CapturePair): Promise<DiffTotals> {
  const counts = ROW_CHANGES.map(
    (change) => sql`count(CASE WHEN change = ${sql.lit(change)} THEN 1 END) AS ${sql.ref(change)}`,
  );
  const { rows } = await sql<TotalsRow>`${withPairs(pair)}
    SELECT ${sql.join(counts)},
      ${selectSum('older_shares')}, ${selectSum('newer_shares')},
      ${selectSum('older_trades')}, ${selectSum('newer_trades')}
    FROM pairs`.execute(db);
  const { added, removed, changed, notional, same, ...sums } = single(rows);
  const symbols = await sql<{ older: number; newer: number; added: number; removed: number }>`${withPairs(pair)}
    SELECT count(CASE WHEN older > 0 THEN 1 END) AS older, count(CASE WHEN newer > 0 THEN 1 END) AS newer,
      count(CASE WHEN older = 0 THEN 1 END) AS added, count(CASE WHEN newer = 0 THEN 1 END) AS removed
    FROM (SELECT count(older_shares) AS older, count(newer_shares) AS newer FROM pairs GROUP BY issue_key) AS issues`.execute(
    db,
  );
  return {
    changes: { added, removed, changed, notional, same },
    shares: { older: quantityOfSum(sums, 'older_shares'), newer: quantityOfSum(sums, 'newer_shares') },
    trades: { older: quantityOfSum(sums, 'older_trades'), newer: quantityOfSum(sums, 'newer_trades') },
    symbols: single(symbols.rows),
  };
}

/** Every venue of either capture, in alphabetical order. */
export async function diffVenues(db: Db, pair: CapturePair): Promise<VenuePresence[]> {
  const { rows } = await sql<{ venue_type: VenueType; mpid: string; older: number; newer: number }>`${withPairs(pair)}
    SELECT v.venue_type, v.mpid, count(p.older_shares) AS older, count(p.newer_shares) AS newer
    FROM pairs AS p JOIN venues AS v ON v.venue_key = p.venue_key
    GROUP BY v.venue_type, v.mpid ORDER BY v.venue_type, v.mpid`.execute(db);
  return rows.map(({ venue_type, mpid, older, newer }) => ({ venueType: venue_type, mpid, rows: { older, newer } }));
}

type DifferenceRow = QuantityCells<'older_shares' | 'newer_shares' | 'older_trades' | 'newer_trades'> & {
  readonly venue_type: VenueType;
  readonly symbol: string;
  readonly issue_name: string;
  readonly product_type: string;
  readonly mpid: string;
};

/** The rows that became `change`, those whose shares moved most first; at most `limit`, or all where it is null. */
export async function diffRows(
  db: Db,
  pair: CapturePair,
  change: RowChange,
  limit: number | null,
): Promise<RowDifference[]> {
  const { rows } = await sql<DifferenceRow>`${withPairs(pair)}
    SELECT v.venue_type, i.symbol, i.issue_name, p.product_type, v.mpid,
      ${selectQuantity('p.older_shares', 'older_shares')}, ${selectQuantity('p.newer_shares', 'newer_shares')},
      ${selectQuantity('p.older_trades', 'older_trades')}, ${selectQuantity('p.newer_trades', 'newer_trades')}
    FROM pairs AS p JOIN issues AS i ON i.issue_key = p.issue_key JOIN venues AS v ON v.venue_key = p.venue_key
    WHERE p.change = ${change}
    ORDER BY abs(coalesce(p.newer_shares, 0) - coalesce(p.older_shares, 0)) DESC,
      abs(coalesce(p.newer_trades, 0) - coalesce(p.older_trades, 0)) DESC,
      i.symbol, i.issue_name, v.venue_type, v.mpid, p.product_type
    ${limit === null ? sql`` : sql`LIMIT ${limit}`}`.execute(db);
  return rows.map((row) => ({
    venueType: row.venue_type,
    symbol: row.symbol,
    issueName: row.issue_name,
    productType: row.product_type,
    mpid: row.mpid,
    shares: {
      older: quantityOfCells(row.older_shares_whole, row.older_shares_millionths),
      newer: quantityOfCells(row.newer_shares_whole, row.newer_shares_millionths),
    },
    trades: {
      older: quantityOfCells(row.older_trades_whole, row.older_trades_millionths),
      newer: quantityOfCells(row.newer_trades_whole, row.newer_trades_millionths),
    },
  }));
}

function single<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate query returned no row');
  return row;
}
