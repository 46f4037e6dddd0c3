import { sql } from 'kysely';
import type { CaptureCalc } from '../domain/stage.ts';
import type { Trx } from './schema.ts';

/**
 * Makes a calc of an accepted capture anew and returns its row count, as the calc's view counts them (DESIGN section
 * 4, "Calcs"). Running one twice leaves the same rows.
 */
export async function computeCalc(trx: Trx, calc: CaptureCalc, captureKey: number): Promise<number> {
  return COMPUTE[calc](trx, captureKey);
}

const COMPUTE: Readonly<Record<CaptureCalc, (trx: Trx, captureKey: number) => Promise<number>>> = {
  VENUE_VOLUME: venueVolume,
  VENUE_SHARE: venueShare,
  HHI: hhi,
};

// A normalized row is the volume of its venue already, but where an issue has several product types there.
async function venueVolume(trx: Trx, captureKey: number): Promise<number> {
  await trx.deleteFrom('merged_volumes').where('capture_key', '=', captureKey).execute();
  const pairs = await countOf(
    trx,
    sql`SELECT count(*) AS n FROM (SELECT 1 FROM normalized_rows WHERE capture_key = ${captureKey}
      GROUP BY issue_key, venue_type, venue_key) AS pairs`,
  );
  const rows = await countOf(trx, sql`SELECT count(*) AS n FROM normalized_rows WHERE capture_key = ${captureKey}`);
  if (pairs < rows) {
    await sql`INSERT INTO merged_volumes
        (capture_key, issue_key, venue_key, first_product_type, total_shares, total_trades)
      SELECT capture_key, issue_key, venue_key, min(product_type), sum(total_shares), sum(total_trades)
      FROM normalized_rows WHERE capture_key = ${captureKey}
      GROUP BY capture_key, issue_key, venue_type, venue_key HAVING count(*) > 1`.execute(trx);
  }
  return pairs;
}

// The shares themselves are venue volume over symbol total, which the view divides; a symbol without shares has none.
async function venueShare(trx: Trx, captureKey: number): Promise<number> {
  await trx.deleteFrom('symbol_totals').where('capture_key', '=', captureKey).execute();
  await sql`INSERT INTO symbol_totals (capture_key, issue_key, venue_type, symbol_shares, venue_count)
    SELECT capture_key, issue_key, venue_type, sum(total_shares), count(DISTINCT venue_key)
    FROM normalized_rows WHERE capture_key = ${captureKey}
    GROUP BY capture_key, issue_key, venue_type HAVING sum(total_shares) > 0`.execute(trx);
  return countOf(
    trx,
    sql`SELECT coalesce(sum(venue_count), 0) AS n FROM symbol_totals WHERE capture_key = ${captureKey}`,
  );
}

async function hhi(trx: Trx, captureKey: number): Promise<number> {
  await trx.deleteFrom('hhi_rows').where('capture_key', '=', captureKey).execute();
  const share = sql`(CAST(coalesce(g.total_shares, n.total_shares) AS REAL) / t.symbol_shares)`;
  const result = await sql`INSERT INTO hhi_rows (capture_key, issue_key, venue_type, hhi)
    SELECT t.capture_key, t.issue_key, t.venue_type, sum(${share} * ${share})
    FROM symbol_totals AS t
      JOIN normalized_rows AS n
        ON n.capture_key = t.capture_key AND n.issue_key = t.issue_key AND n.venue_type = t.venue_type
      LEFT JOIN merged_volumes AS g
        ON g.capture_key = n.capture_key AND g.issue_key = n.issue_key AND g.venue_key = n.venue_key
    WHERE t.capture_key = ${captureKey} AND (g.capture_key IS NULL OR g.first_product_type = n.product_type)
    GROUP BY t.capture_key, t.issue_key, t.venue_type`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}

async function countOf(trx: Trx, query: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await (query as ReturnType<typeof sql<{ n: number }>>).execute(trx);
  return rows[0]?.n ?? 0;
}

/** Notes which version of a calc a capture's rows were made by. */
export async function recordCalcVersion(
  trx: Trx,
  captureKey: number,
  stage: CaptureCalc | 'TIER_SPLIT',
  calcVersion: number,
  rowCount: number,
): Promise<void> {
  const row = { calc_version: calcVersion, row_count: rowCount };
  await trx
    .insertInto('core_capture_calcs')
    .values({ capture_key: captureKey, stage, ...row })
    .onConflict((conflict) => conflict.columns(['capture_key', 'stage']).doUpdateSet(row))
    .execute();
}
