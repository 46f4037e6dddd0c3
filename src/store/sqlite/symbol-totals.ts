import { type RawBuilder, sql } from 'kysely';
import type { SymbolTotal } from '../reconcile.ts';
import { readQuantity } from './quantity.ts';

/**
 * A query over `totals`, handed to the database as one parameter: `venue_type`, `symbol`, `shares` and `trades`, these
 * as numbers, exact where they are whole, or null where the text is none.
 */
export function symbolTotals(totals: readonly SymbolTotal[]): RawBuilder<unknown> {
  const rows = totals.map(({ venueType, symbol, shares, trades }) => [venueType, symbol, shares, trades]);
  return sql`SELECT venue_type, symbol, ${readQuantity('shares', 6)} AS shares, ${readQuantity('trades', 0)} AS trades
    FROM (SELECT value ->> 0 AS venue_type, value ->> 1 AS symbol, CAST(value ->> 2 AS BLOB) AS shares,
      CAST(value ->> 3 AS BLOB) AS trades FROM json_each(${JSON.stringify(rows)})) AS texts`;
}
