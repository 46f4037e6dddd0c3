import { type RawBuilder, sql } from 'kysely';
import type { Tier } from '../domain/tier.ts';
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
 * (DESIGN section 4, "Normalize"). The common case, a capture of plain rows only, is one statement; a capture far larger
 * than any of FINRA's is taken in parts. Throws what `pause` throws.
 */
export async function normalizeRows(
  trx: Trx,
  captureKey: number,
  tier: Tier,
  rawCount: number,
  { store: { readQuantity }, pause }: NormalizeDeps,
): Promise<void> {
  const parts = rawCount <= LINES_AT_ONCE ? [sql`TRUE`] : await partsOf(trx, captureKey);
  const rowsOf = (part: Part) => readRows(captureKey, tier, readQuantity, part);
  const plain = await inEach(parts, pause, (part) => insertPlainRows(trx, captureKey, tier, part));
  if (plain === rawCount) return;
  await pause();
  const others = await inEach(parts, pause, (part) => insertValidRows(trx, captureKey, rowsOf(part)));
  if (plain + others === rawCount) return;
  await pause();
  const rejected = await inEach(parts, pause, (part) => insertInvalidRejects(trx, captureKey, rowsOf(part)));
  if (plain + others + rejected === rawCount) return;
  await settleDuplicates(trx, captureKey, readRows(captureKey, tier, readQuantity), pause);
}

type Rows = RawBuilder<unknown>;

/** Which of a capture's raw rows, `r`, to look at: a condition. */
type Part = RawBuilder<unknown>;

async function partsOf(trx: Trx, captureKey: number): Promise<Part[]> {
  const { rows: found } = await sql<{ last: number }>`
    SELECT max(line_number) AS last FROM raw_rows WHERE capture_key = ${captureKey}`.execute(trx);
  const parts: Part[] = [];
  for (let first = 1; first <= (found[0]?.last ?? 0); first += LINES_AT_ONCE) {
    parts.push(sql`r.line_number BETWEEN ${first} AND ${first + LINES_AT_ONCE - 1}`);
  }
  return parts;
}

async function inEach(
  parts: readonly Part[],
  pause: () => Promise<void>,
  affect: (part: Part) => Promise<number>,
): Promise<number> {
  let affected = 0;
  for (const [index, part] of parts.entries()) {
    if (index > 0) await pause();
    affected += await affect(part);
  }
  return affected;
}

/** The raw rows of a capture as they read: quantities, keys, and the first reject code that fits in DESIGN's order. */
export function readRows(captureKey: number, tier: Tier, readQuantity: ReadQuantity, part: Part = sql`TRUE`): Rows {
  return sql`SELECT line_number, issue_key, venue_type, venue_key, product_type, party_key, context_key, shares, trades, notional,
      is_plain,
      CASE
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
        x.tier AS row_tier, coalesce(${isPlain(tier)}, FALSE) AS is_plain
      FROM raw_rows AS r
        LEFT JOIN issues AS i ON i.issue_key = r.issue_key
        LEFT JOIN source_parties AS p ON p.party_key = r.party_key
        LEFT JOIN source_contexts AS x ON x.context_key = r.context_key
      WHERE r.capture_key = ${captureKey} AND ${part})`;
}

/**
 * Whether a raw row is valid as it stands: whole figures, of which the shares are not 0, a symbol, a venue and the right
 * tier. What `readQuantity` would have to read is greater than any number, for it is no number.
 */
function isPlain(tier: Tier) {
  return sql`r.total_shares BETWEEN 1 AND ${LARGEST_INTEGER} AND r.total_trades BETWEEN 0 AND ${LARGEST_INTEGER}
    AND (r.notional IS NULL OR r.notional BETWEEN 0 AND ${LARGEST_INTEGER})
    AND i.trimmed_key IS NOT NULL AND p.venue_key IS NOT NULL AND x.tier = ${tier}`;
}

const LARGEST_INTEGER = sql.raw('9223372036854775807');

const COLUMNS = sql.raw(
  'capture_key, issue_key, venue_type, venue_key, product_type, party_key, context_key, total_shares, total_trades, notional',
);

const FIRST_OF_A_KEY = sql.raw('ON CONFLICT (capture_key, issue_key, venue_type, venue_key, product_type) DO NOTHING');

// Nearly every row is plain, and reads in half the time where nothing has to be worked out of it.
async function insertPlainRows(trx: Trx, captureKey: number, tier: Tier, part: Part): Promise<number> {
  const result = await sql`INSERT INTO normalized_rows (${COLUMNS})
    SELECT r.capture_key, i.trimmed_key, p.venue_type, p.venue_key, x.product_type, r.party_key, r.context_key,
      r.total_shares, r.total_trades, r.notional
    FROM raw_rows AS r
      JOIN issues AS i ON i.issue_key = r.issue_key
      JOIN source_parties AS p ON p.party_key = r.party_key
      JOIN source_contexts AS x ON x.context_key = r.context_key
    WHERE r.capture_key = ${captureKey} AND ${part} AND ${isPlain(tier)}
    ${FIRST_OF_A_KEY}`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}

async function insertValidRows(trx: Trx, captureKey: number, rows: Rows): Promise<number> {
  const result = await sql`INSERT INTO normalized_rows (${COLUMNS})
    SELECT ${captureKey}, issue_key, venue_type, venue_key, product_type, party_key, context_key, shares, trades, notional
    FROM (${rows}) AS source WHERE reject_code IS NULL AND NOT is_plain
    ${FIRST_OF_A_KEY}`.execute(trx);
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
