import { sql } from 'kysely';
import { type BeforeAfter, type CapturePair, withPairs } from './capture-diff.ts';
import type { Db, VenueType } from './schema.ts';

/** A symbol whose HHI, or whose share of one venue, is not what it was. */
export interface RatioMove {
  readonly venueType: VenueType;
  readonly symbol: string;
  readonly issueName: string;
  /** The venue whose share moved; null for an HHI, which is of all venues together. */
  readonly mpid: string | null;
  readonly ratio: BeforeAfter<number>;
}

/** What a restatement moved in one calc. */
export interface RatioMoves {
  /** Results that both captures have; a symbol that only one of them holds has nothing to move. */
  readonly compared: number;
  readonly moved: number;
  /** The largest, the largest first. */
  readonly largest: readonly RatioMove[];
}

// Ratios of the same figures may differ in their last bits by the order of summing.
const NO_MOVE = 1e-12;

// By the definitions of DESIGN section 4, from the rows: they are at hand also where calcs never ran.
function withRatios(pair: CapturePair) {
  return sql`${withPairs(pair)},
    volumes AS (
      SELECT p.issue_key, v.venue_type, v.mpid, sum(coalesce(p.older_shares, 0) + 0.0) AS older,
        sum(coalesce(p.newer_shares, 0) + 0.0) AS newer
      FROM pairs AS p JOIN venues AS v ON v.venue_key = p.venue_key GROUP BY p.issue_key, v.venue_type, v.mpid),
    venue_shares AS (
      SELECT issue_key, venue_type, mpid, older / nullif(sum(older) OVER symbol, 0) AS older,
        newer / nullif(sum(newer) OVER symbol, 0) AS newer
      FROM volumes WINDOW symbol AS (PARTITION BY issue_key, venue_type)),
    hhis AS (
      SELECT issue_key, venue_type, NULL AS mpid, sum(older * older) AS older, sum(newer * newer) AS newer
      FROM venue_shares GROUP BY issue_key, venue_type)`;
}

/** What moved in HHI from the older capture to the newer one, per symbol and venue type. */
export function hhiMoves(db: Db, pair: CapturePair, largest: number): Promise<RatioMoves> {
  return movesOf(db, pair, 'hhis', largest);
}

/** What moved in venue share, per symbol and venue; a venue that a capture lacks has no share of its symbols. */
export function venueShareMoves(db: Db, pair: CapturePair, largest: number): Promise<RatioMoves> {
  return movesOf(db, pair, 'venue_shares', largest);
}

interface MoveRow {
  readonly venue_type: VenueType;
  readonly symbol: string;
  readonly issue_name: string;
  readonly mpid: string | null;
  readonly older: number;
  readonly newer: number;
}

async function movesOf(
  db: Db,
  pair: CapturePair,
  table: 'hhis' | 'venue_shares',
  largest: number,
): Promise<RatioMoves> {
  const counts = await sql<{ compared: number; moved: number }>`${withRatios(pair)}
    SELECT count(newer - older) AS compared, count(CASE WHEN abs(newer - older) > ${NO_MOVE} THEN 1 END) AS moved
    FROM ${sql.table(table)}`.execute(db);
  const { rows } = await sql<MoveRow>`${withRatios(pair)}
    SELECT r.venue_type, i.symbol, i.issue_name, r.mpid, r.older, r.newer
    FROM ${sql.table(table)} AS r JOIN issues AS i ON i.issue_key = r.issue_key
    WHERE abs(r.newer - r.older) > ${NO_MOVE}
    ORDER BY abs(r.newer - r.older) DESC, i.symbol, i.issue_name, r.venue_type, r.mpid
    LIMIT ${largest}`.execute(db);
  return {
    compared: counts.rows[0]?.compared ?? 0,
    moved: counts.rows[0]?.moved ?? 0,
    largest: rows.map((row) => ({
      venueType: row.venue_type,
      symbol: row.symbol,
      issueName: row.issue_name,
      mpid: row.mpid,
      ratio: { older: row.older, newer: row.newer },
    })),
  };
}
