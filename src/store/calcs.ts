import { type RawBuilder, sql } from 'kysely';
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
  if (!(await hasSeveralProductTypes(trx, captureKey))) {
    return countOf(trx, sql`SELECT count(*) AS n FROM normalized_rows WHERE capture_key = ${captureKey}`);
  }
  await sql`INSERT INTO merged_volumes
      (capture_key, issue_key, venue_key, first_product_type, total_shares, total_trades)
    SELECT capture_key, issue_key, venue_key, min(product_type), sum(total_shares), sum(total_trades)
    FROM normalized_rows WHERE capture_key = ${captureKey}
    GROUP BY capture_key, issue_key, venue_type, venue_key HAVING count(*) > 1`.execute(trx);
  return countOf(trx, sql`SELECT count(*) AS n FROM ${await volumesOf(trx, captureKey)}`);
}

// Mostly nothing that was ever captured has any, which spares a look at every row.
async function hasSeveralProductTypes(trx: Trx, captureKey: number): Promise<boolean> {
  const known = await countOf(trx, sql`SELECT count(DISTINCT product_type) AS n FROM source_contexts`);
  if (known <= 1) return false;
  const types = sql`SELECT count(DISTINCT product_type) AS n FROM normalized_rows WHERE capture_key = ${captureKey}`;
  return (await countOf(trx, types)) > 1;
}

/** One row per venue of an issue, for a FROM clause: the normalized rows themselves where none are to be merged. */
async function volumesOf(trx: Trx, captureKey: number): Promise<RawBuilder<unknown>> {
  const merged = await trx
    .selectFrom('merged_volumes')
    .select('capture_key')
    .where('capture_key', '=', captureKey)
    .limit(1)
    .executeTakeFirst();
  const shares = merged === undefined ? sql`total_shares` : sql`sum(total_shares) AS total_shares`;
  const perVenue = merged === undefined ? sql`` : sql`GROUP BY capture_key, issue_key, venue_type, venue_key`;
  return sql`(SELECT capture_key, issue_key, venue_type, venue_key, ${shares}
    FROM normalized_rows WHERE capture_key = ${captureKey} ${perVenue}) AS volumes`;
}

// The shares themselves are venue volume over symbol total, which the view divides; a symbol without shares has none.
async function venueShare(trx: Trx, captureKey: number): Promise<number> {
  await trx.deleteFrom('symbol_totals').where('capture_key', '=', captureKey).execute();
  await sql`INSERT INTO symbol_totals (capture_key, issue_key, venue_type, symbol_shares, venue_count)
    SELECT capture_key, issue_key, venue_type, sum(total_shares), count(*)
    FROM ${await volumesOf(trx, captureKey)}
    GROUP BY issue_key, venue_type HAVING sum(total_shares) > 0`.execute(trx);
  return countOf(
    trx,
    sql`SELECT coalesce(sum(venue_count), 0) AS n FROM symbol_totals WHERE capture_key = ${captureKey}`,
  );
}

// The sum of squared shares, as squares over the total's square: one pass over the rows, without a look at the totals.
// Rounding must not lead it past 1.
async function hhi(trx: Trx, captureKey: number): Promise<number> {
  await trx.deleteFrom('hhi_rows').where('capture_key', '=', captureKey).execute();
  const result = await sql`INSERT INTO hhi_rows (capture_key, issue_key, venue_type, hhi, venue_count, symbol_shares)
    SELECT capture_key, issue_key, venue_type,
      min(1.0, sum(1.0 * total_shares * total_shares) / (1.0 * sum(total_shares) * sum(total_shares))),
      count(*), sum(total_shares)
    FROM ${await volumesOf(trx, captureKey)}
    GROUP BY issue_key, venue_type HAVING sum(total_shares) > 0`.execute(trx);
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
