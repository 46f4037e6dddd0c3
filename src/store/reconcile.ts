import { type RawBuilder, sql } from 'kysely';
import type { DbInstant } from '../domain/clock.ts';
import type { Trx, VenueType } from './schema.ts';

/** A total of one symbol that its publisher names; several of one symbol add up. Figures are decimal text. */
export interface SymbolTotal {
  readonly venueType: VenueType;
  readonly symbol: string;
  readonly shares: string;
  readonly trades: string;
}

/** How a capture compares with its publisher's totals. */
export interface Reconciliation {
  /** Symbols, per venue type, that either side knows. */
  readonly compared: number;
  readonly different: number;
  /** The first `NAMED` of the differing symbols. */
  readonly furthestOff: readonly Pick<SymbolTotal, 'symbol' | 'venueType'>[];
  /** In shares, as text: exact where both sides are whole. */
  readonly largestShares: string;
  readonly largestTrades: string;
}

/** The most symbols that a reconciliation names. */
const NAMED = 10;

/**
 * Compares a capture's shares and trades per symbol with `totals` (`Store.symbolTotals`), and keeps the receipt with
 * the capture. A symbol differs by more than one share (sums of fractions may be rounded), by any trade, or when its
 * total is no number. Throws the database's own error where sums pass 2^63-1.
 */
export async function reconcileCapture(
  trx: Trx,
  captureKey: number,
  totals: RawBuilder<unknown>,
  now: DbInstant,
): Promise<Reconciliation> {
  const compared = comparison(captureKey, totals);
  const receipt = await sql<{ compared: number; different: number; shares: string; trades: string }>`
    INSERT INTO core_control_receipts (capture_key, compared_at, symbols_compared, symbols_equal, symbols_different,
      largest_share_difference, largest_trade_difference)
    SELECT ${captureKey}, ${now}, count(*), count(*) FILTER (WHERE NOT different), count(*) FILTER (WHERE different),
      coalesce(max(share_difference), 0), coalesce(max(trade_difference), 0)
    FROM (${compared}) AS compared
    RETURNING symbols_compared AS compared, symbols_different AS different,
      CAST(largest_share_difference AS TEXT) AS shares, CAST(largest_trade_difference AS TEXT) AS trades`.execute(trx);
  const { compared: count, different, shares, trades } = only(receipt.rows);
  const furthestOff = different === 0 ? [] : await firstDifferences(trx, compared);
  return { compared: count, different, furthestOff, largestShares: shares, largestTrades: trades };
}

async function firstDifferences(trx: Trx, compared: RawBuilder<unknown>): Promise<Reconciliation['furthestOff']> {
  const { rows } = await sql<Reconciliation['furthestOff'][number]>`
    SELECT symbol, venue_type AS "venueType" FROM (${compared}) AS compared WHERE different
    ORDER BY share_difference DESC, trade_difference DESC, symbol, venue_type LIMIT ${NAMED}`.execute(trx);
  return rows;
}

// A side that does not know a symbol counts as zero for it.
function comparison(captureKey: number, theirs: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`SELECT venue_type, symbol, share_difference, trade_difference,
      share_difference > 1 OR trade_difference > 0 OR unreadable AS different
    FROM (SELECT coalesce(ours.venue_type, theirs.venue_type) AS venue_type,
        coalesce(ours.symbol, theirs.symbol) AS symbol, coalesce(theirs.unreadable, FALSE) AS unreadable,
        abs(coalesce(ours.shares, 0) - coalesce(theirs.shares, 0)) AS share_difference,
        abs(coalesce(ours.trades, 0) - coalesce(theirs.trades, 0)) AS trade_difference
      FROM (SELECT n.venue_type, i.symbol, sum(n.total_shares) AS shares, sum(n.total_trades) AS trades
          FROM normalized_rows AS n JOIN issues AS i ON i.issue_key = n.issue_key
          WHERE n.capture_key = ${captureKey} GROUP BY n.venue_type, i.symbol) AS ours
        FULL JOIN (SELECT venue_type, symbol, sum(shares) AS shares, sum(trades) AS trades,
            count(shares) < count(*) OR count(trades) < count(*) AS unreadable
          FROM (${theirs}) AS totals GROUP BY venue_type, symbol) AS theirs
        ON theirs.venue_type = ours.venue_type AND theirs.symbol = ours.symbol) AS paired`;
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate query returned no row');
  return row;
}
