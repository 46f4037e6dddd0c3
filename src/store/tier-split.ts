import { type RawBuilder, sql } from 'kysely';
import type { CalendarDate } from '../domain/calendar-date.ts';
import { captureId } from '../domain/capture-id.ts';
import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, type StorePartition } from '../domain/partition.ts';
import { acceptCapture, type CaptureRef } from './captures.ts';
import type { StoredCapture } from './partition-states.ts';
import type { Trx } from './schema.ts';
import { venueTypesOf } from './venue-types.ts';

/** A tier_split's capture: derived from the accepted captures of a week's three tiers. */
export interface DerivedCapture {
  readonly partition: StorePartition;
  readonly runDate: CalendarDate;
  readonly contentHash: string;
  readonly inputs: readonly StoredCapture[];
  readonly now: DbInstant;
}

/** Writes the tier_split rows of `derived` under a capture of its own and makes that the latest. Returns it. */
export async function computeTierSplit(
  trx: Trx,
  derived: DerivedCapture,
): Promise<{ capture: CaptureRef; rowCount: number }> {
  const capture = await insertDerived(trx, derived);
  const venueTypes = sharedVenueTypes(derived.inputs);
  const keys = derived.inputs.map((input) => input.captureKey);
  const rowCount = await insertSplit(trx, capture.captureKey, keys, venueTypes);
  await trx
    .updateTable('core_captures')
    .set({ normalized_count: rowCount, raw_count: rowCount })
    .where('capture_key', '=', capture.captureKey)
    .execute();
  await acceptCapture(trx, derived.partition, capture, derived.now);
  return { capture, rowCount };
}

// Nearly every symbol is in one tier, so that its total is its tier's; the few others get theirs afterwards, which spares
// sorting them all. A symbol without shares has no split.
async function insertSplit(
  trx: Trx,
  captureKey: number,
  inputs: readonly number[],
  venueTypes: readonly string[],
): Promise<number> {
  const inserted = await sql`INSERT INTO tier_split_rows
      (capture_key, issue_key, venue_type, tier, tier_shares, symbol_shares)
    SELECT ${captureKey}, totals.issue_key, totals.venue_type, c.tier, totals.shares, totals.shares
    FROM core_captures AS c JOIN ${await symbolTotalsOf(trx, inputs)} AS totals ON totals.capture_key = c.capture_key
    WHERE c.capture_key IN (${sql.join(inputs)}) AND totals.venue_type IN (${sql.join(venueTypes)})`.execute(trx);
  await sql`UPDATE tier_split_rows SET symbol_shares = total.shares
    FROM (SELECT issue_key, venue_type, sum(tier_shares) AS shares FROM tier_split_rows
      WHERE capture_key = ${captureKey} GROUP BY issue_key, venue_type HAVING count(*) > 1) AS total
    WHERE capture_key = ${captureKey} AND tier_split_rows.issue_key = total.issue_key
      AND tier_split_rows.venue_type = total.venue_type`.execute(trx);
  const deleted = await sql`DELETE FROM tier_split_rows
    WHERE capture_key = ${captureKey} AND symbol_shares = 0`.execute(trx);
  return Number(inserted.numAffectedRows ?? 0n) - Number(deleted.numAffectedRows ?? 0n);
}

/**
 * Every symbol's shares in the captures `inputs`, for a FROM clause: as their venue shares have them, where these leave no
 * venue out, and so no symbol; otherwise added up anew.
 */
async function symbolTotalsOf(trx: Trx, inputs: readonly number[]): Promise<RawBuilder<unknown>> {
  const { rows: complete } = await sql`SELECT 1 FROM core_capture_calcs AS shares
      JOIN core_capture_calcs AS volumes ON volumes.capture_key = shares.capture_key
        AND volumes.stage = 'VENUE_VOLUME' AND volumes.row_count = shares.row_count
    WHERE shares.stage = 'VENUE_SHARE' AND shares.capture_key IN (${sql.join(inputs)})`.execute(trx);
  if (complete.length === inputs.length) {
    return sql`(SELECT capture_key, issue_key, venue_type, symbol_shares AS shares FROM symbol_totals)`;
  }
  return sql`(SELECT capture_key, issue_key, venue_type, sum(total_shares) AS shares FROM normalized_rows
    WHERE capture_key IN (${sql.join(inputs)}) GROUP BY capture_key, issue_key, venue_type)`;
}

// A tier that was captured without a venue type says nothing of it, so the split leaves that type out.
function sharedVenueTypes(inputs: readonly StoredCapture[]): string[] {
  const [first = [], ...others] = inputs.map((input) => venueTypesOf(input.summaryTypes));
  const shared = first.filter((type) => others.every((types) => types.includes(type)));
  return shared.length === 0 ? [''] : shared;
}

async function insertDerived(trx: Trx, derived: DerivedCapture): Promise<CaptureRef> {
  const id = captureId(derived.partition, derived.runDate);
  const { capture_key } = await trx
    .insertInto('core_captures')
    .values({
      capture_id: id,
      domain: DOMAIN,
      week_ending: derived.partition.weekEnding,
      tier: derived.partition.tier,
      state: 'staged',
      content_hash: derived.contentHash,
      source: 'derived',
      locator: derived.inputs.map((input) => input.captureId).join(' '),
      summary_types: '',
      run_date: derived.runDate,
      ingested_at: derived.now,
      byte_count: 0,
      raw_count: 0,
      inputs_json: inputsJson(derived.inputs),
    })
    .returning('capture_key')
    .executeTakeFirstOrThrow();
  return { captureKey: capture_key, captureId: id, contentHash: derived.contentHash };
}

/** What a derived capture was made from, as its row lists it; equal exactly when the inputs are the same captures. */
export function inputsJson(inputs: readonly CaptureRef[]): string {
  return JSON.stringify(
    inputs.map(({ captureKey, captureId: id, contentHash }) => ({
      capture_id: id,
      capture_key: captureKey,
      content_hash: contentHash,
    })),
  );
}
