import { type RawBuilder, sql } from 'kysely';
import type { Tier } from '../domain/tier.ts';
import type { CaptureFigures } from './captures.ts';
import type { Trx } from './schema.ts';
import type { ReadQuantity, Store } from './store.ts';

/** What normalizing rows needs of a run. */
export interface NormalizeDeps {
  readonly store: Pick<Store, 'readQuantity'>;
  /** Gives way to signals between statements, and throws once one came. */
  readonly pause: () => Promise<void>;
}

// A statement cannot be interrupted. Four times the largest week of a tier, and still only some tenths of a second.
const LINES_AT_ONCE = 200_000;

/**
 * Writes the normalized rows of a capture and the rejects of what is none, in statements over the whole capture
 * (DESIGN section 4, "Normalize"). The common case, a capture without rejects, is one statement; a capture far larger
 * than any of FINRA's is taken in parts. Throws what `pause` throws.
 */
export async function normalizeRows(
  trx: Trx,
  captureKey: number,
  tier: Tier,
  rawCount: number,
  { store: { readQuantity }, pause }: NormalizeDeps,
): Promise<void> {
  const rows = readRows(captureKey, tier, readQuantity);
  const parts = rawCount <= LINES_AT_ONCE ? [rows] : await partsOf(trx, captureKey, rows);
  const inserted = await inEach(parts, pause, (part) => insertValidRows(trx, captureKey, part));
  if (inserted === rawCount) return;
  const rejected = await inEach(parts, pause, (part) => insertInvalidRejects(trx, captureKey, part));
  if (inserted + rejected === rawCount) return;
  await settleDuplicates(trx, captureKey, rows, pause);
}

type Rows = RawBuilder<unknown>;

async function partsOf(trx: Trx, captureKey: number, rows: Rows): Promise<Rows[]> {
  const { rows: found } = await sql<{ last: number }>`
    SELECT max(line_number) AS last FROM raw_rows WHERE capture_key = ${captureKey}`.execute(trx);
  const parts: Rows[] = [];
  for (let first = 1; first <= (found[0]?.last ?? 0); first += LINES_AT_ONCE) {
    parts.push(
      sql`SELECT * FROM (${rows}) AS part WHERE line_number BETWEEN ${first} AND ${first + LINES_AT_ONCE - 1}`,
    );
  }
  return parts;
}

async function inEach(
  parts: readonly Rows[],
  pause: () => Promise<void>,
  affect: (part: Rows) => Promise<number>,
): Promise<number> {
  let affected = 0;
  for (const [index, part] of parts.entries()) {
    if (index > 0) await pause();
    affected += await affect(part);
  }
  return affected;
}

/** The raw rows of a capture as they read: quantities, keys, and the first reject code that fits in DESIGN's order. */
export function readRows(captureKey: number, tier: Tier, readQuantity: ReadQuantity) {
  return sql`SELECT line_number, issue_key, venue_type, venue_key, product_type, party_key, context_key, shares, trades, notional,
      CASE
        -- Nearly every row is one of these, which need no further look.
        WHEN venue_key IS NOT NULL AND issue_key IS NOT NULL AND typeof(share_text) = 'integer' AND share_text > 0
          AND typeof(trade_text) = 'integer' AND trade_text >= 0 AND row_tier = ${tier} THEN NULL
        WHEN NOT readable THEN 'MALFORMED_ROW'
        WHEN issue_key IS NULL THEN 'MISSING_SYMBOL'
        WHEN venue_key IS NULL THEN 'MISSING_MPID'
        WHEN shares IS NULL THEN 'INVALID_SHARES'
        WHEN trades IS NULL THEN 'INVALID_TRADES'
        WHEN shares < 0 OR trades < 0 THEN 'NEGATIVE_VALUE'
        WHEN shares = 0 AND trades = 0 THEN 'ZERO_ACTIVITY'
        WHEN row_tier IS DISTINCT FROM ${tier} THEN 'TIER_MISMATCH'
      END AS reject_code
    FROM (SELECT r.line_number, r.issue_key IS NOT NULL AS readable, i.trimmed_key AS issue_key, p.venue_type, p.venue_key,
        x.product_type, r.party_key, r.context_key, ${readQuantity('r.total_shares', 6)} AS shares,
        ${readQuantity('r.total_trades', 0)} AS trades, ${readQuantity('r.notional', 6)} AS notional,
        x.tier AS row_tier, r.total_shares AS share_text, r.total_trades AS trade_text
      FROM raw_rows AS r
        LEFT JOIN issues AS i ON i.issue_key = r.issue_key
        LEFT JOIN source_parties AS p ON p.party_key = r.party_key
        LEFT JOIN source_contexts AS x ON x.context_key = r.context_key
      WHERE r.capture_key = ${captureKey})`;
}

const COLUMNS = sql.raw(
  'capture_key, issue_key, venue_type, venue_key, product_type, party_key, context_key, total_shares, total_trades, notional',
);

async function insertValidRows(trx: Trx, captureKey: number, rows: Rows): Promise<number> {
  const result = await sql`INSERT INTO normalized_rows (${COLUMNS})
    SELECT ${captureKey}, issue_key, venue_type, venue_key, product_type, party_key, context_key, shares, trades, notional
    FROM (${rows}) AS source WHERE reject_code IS NULL
    ON CONFLICT (capture_key, issue_key, venue_type, venue_key, product_type) DO NOTHING`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}

// The text is the row's own where it is kept, and otherwise FINRA's form of its fields, which is the same.
function insertRejects(captureKey: number) {
  return sql`INSERT INTO reject_rows (capture_key, line_number, reject_code, raw_text)
    SELECT ${captureKey}, bad.line_number, bad.reject_code, coalesce(t.raw_text,
      x.tier_text || '|' || i.symbol || '|' || i.issue_name || '|' || p.name || '|' || p.mpid || '|' ||
      CAST(r.total_shares AS TEXT) || '|' || CAST(r.total_trades AS TEXT) || '|' || x.last_update, '')
    FROM bad
      JOIN raw_rows AS r ON r.capture_key = ${captureKey} AND r.line_number = bad.line_number
      LEFT JOIN issues AS i ON i.issue_key = r.issue_key
      LEFT JOIN source_parties AS p ON p.party_key = r.party_key
      LEFT JOIN source_contexts AS x ON x.context_key = r.context_key
      LEFT JOIN raw_texts AS t ON t.capture_key = r.capture_key AND t.line_number = r.line_number`;
}

async function insertInvalidRejects(trx: Trx, captureKey: number, rows: Rows): Promise<number> {
  const result = await sql`WITH bad AS (
      SELECT line_number, reject_code FROM (${rows}) AS source WHERE reject_code IS NOT NULL)
    ${insertRejects(captureKey)}`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}

// Rows that share a key: of equal ones the first line stays, of differing ones none does.
async function settleDuplicates(trx: Trx, captureKey: number, rows: Rows, pause: () => Promise<void>): Promise<void> {
  await pause();
  const shared = sql`SELECT source.*, row_number() OVER (same_key ORDER BY line_number) AS place,
      min(line_number) OVER same_key AS first_line, count(*) OVER same_key AS sharers,
      min(shares) OVER same_key <> max(shares) OVER same_key OR min(trades) OVER same_key <> max(trades) OVER same_key
        OR count(notional) OVER same_key NOT IN (0, count(*) OVER same_key)
        OR coalesce(min(notional) OVER same_key <> max(notional) OVER same_key, FALSE) AS conflicting
    FROM (${rows}) AS source WHERE reject_code IS NULL
    WINDOW same_key AS (PARTITION BY issue_key, venue_key, product_type)`;
  await sql`WITH bad AS (
      SELECT line_number, CASE WHEN conflicting THEN 'CONFLICTING_DUPLICATE' ELSE 'DUPLICATE_ROW' END AS reject_code
      FROM (${shared}) AS keyed WHERE sharers > 1 AND (conflicting OR place > 1))
    ${insertRejects(captureKey)}`.execute(trx);
  await pause();
  await sql`DELETE FROM normalized_rows WHERE capture_key = ${captureKey} AND (issue_key, venue_key, product_type) IN (
      SELECT issue_key, venue_key, product_type FROM (${shared}) AS keyed WHERE sharers > 1)`.execute(trx);
  await pause();
  await sql`INSERT INTO normalized_rows (${COLUMNS})
    SELECT ${captureKey}, issue_key, venue_type, venue_key, product_type, party_key, context_key, shares, trades, notional
    FROM (${shared}) AS keyed WHERE sharers > 1 AND NOT conflicting AND place = 1`.execute(trx);
}

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
