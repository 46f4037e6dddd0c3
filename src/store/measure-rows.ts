import { sql } from 'kysely';
import type { CaptureFigures } from './captures.ts';
import type { Trx } from './schema.ts';

/** What a capture's normalized rows and rejects come to. */
export interface Measured {
  readonly figures: CaptureFigures;
  /** The earliest readable `lastUpdateDate` of the rows. */
  readonly earliestUpdate: string | null;
  /** Whether a row has an unreadable one. */
  readonly hasUnreadableUpdate: boolean;
}

/** Measures a capture's normalized rows and rejects; sums past 2^53 are the nearest double. */
export async function measureRows(trx: Trx, captureKey: number): Promise<Measured> {
  const sums = await sql<Omit<CaptureFigures, 'venue_count' | 'source_last_update_date'>>`
    SELECT coalesce(sum(rows), 0) AS normalized_count, count(*) AS symbol_count,
      (SELECT count(*) FROM reject_rows WHERE capture_key = ${captureKey}) AS reject_count,
      coalesce(sum(shares), 0) AS total_shares, coalesce(sum(trades), 0) AS total_trades
    FROM (SELECT count(*) AS rows, sum(total_shares + 0.0) AS shares, sum(total_trades + 0.0) AS trades
      FROM normalized_rows WHERE capture_key = ${captureKey} GROUP BY issue_key) AS issues`.execute(trx);
  const used = await sql<{ venues: number; earliest: string | null; latest: string | null; unreadable: number }>`
    SELECT count(DISTINCT used.venue_key) AS venues, min(x.update_date) AS earliest, max(x.update_date) AS latest,
      count(*) - count(x.update_date) AS unreadable
    FROM (SELECT DISTINCT venue_key, context_key FROM normalized_rows WHERE capture_key = ${captureKey}) AS used
      JOIN source_contexts AS x ON x.context_key = used.context_key`.execute(trx);
  const [sum, distinct] = [sums.rows[0], used.rows[0]];
  if (sum === undefined || distinct === undefined) throw new Error('an aggregate query returned no row');
  return {
    figures: { ...sum, venue_count: distinct.venues, source_last_update_date: distinct.latest },
    earliestUpdate: distinct.earliest,
    hasUnreadableUpdate: distinct.unreadable > 0,
  };
}

// Doubles cannot tell 2^63-1 from 2^63, so a total this near is summed exactly.
const NEAR_OVERFLOW = 2 ** 62;

/**
 * The symbol whose shares or trades add up past 2^63-1, or null; `figures` are the capture's own. `isOverflow`
 * recognises the database's refusal to round a sum of whole numbers.
 */
export async function overflowingSymbol(
  trx: Trx,
  captureKey: number,
  figures: CaptureFigures,
  isOverflow: (error: unknown) => boolean,
): Promise<string | null> {
  if (Math.max(figures.total_shares ?? 0, figures.total_trades ?? 0) < NEAR_OVERFLOW) return null;
  const sums = await sql<{ symbol: string; issue_key: number }>`
    SELECT i.symbol, n.issue_key FROM normalized_rows AS n JOIN issues AS i ON i.issue_key = n.issue_key
    WHERE n.capture_key = ${captureKey} GROUP BY n.issue_key, i.symbol
    HAVING sum(n.total_shares + 0.0) > ${NEAR_OVERFLOW} OR sum(n.total_trades + 0.0) > ${NEAR_OVERFLOW}
    ORDER BY i.symbol`.execute(trx);
  for (const { symbol, issue_key } of sums.rows) {
    if (await overflows(trx, captureKey, issue_key, isOverflow)) return symbol;
  }
  return null;
}

async function overflows(
  trx: Trx,
  captureKey: number,
  issueKey: number,
  isOverflow: (error: unknown) => boolean,
): Promise<boolean> {
  try {
    const { rows } = await sql<{ too_large: number }>`
      SELECT max(sum_shares, sum_trades) >= 9223372036854775808.0 AS too_large
      FROM (SELECT sum(total_shares) AS sum_shares, sum(total_trades) AS sum_trades FROM normalized_rows
        WHERE capture_key = ${captureKey} AND issue_key = ${issueKey}) AS sums`.execute(trx);
    return rows[0]?.too_large === 1;
  } catch (error) {
    if (isOverflow(error)) return true;
    throw error;
  }
}
