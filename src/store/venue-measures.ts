import { sql } from 'kysely';
import type { ShrinkageMeasure } from '../domain/gates.ts';
import type { CaptureFigures } from './captures.ts';
import type { CapturesTable, Trx, VenueType } from './schema.ts';
import { venueTypesOf } from './venue-types.ts';

/** What captures are compared by. */
export type Measures = Readonly<Record<ShrinkageMeasure, number>>;

/** A capture as far as measuring it needs; its counts are those that normalizing found. */
export type NormalizedCapture = Pick<CaptureFigures, 'normalized_count' | 'total_shares' | 'venue_count'> &
  Pick<CapturesTable, 'summary_types'> & { readonly capture_key: number };

/**
 * Rows, shares and venues of a capture per venue type that it holds (`summary_types`), zeros where no row of a type is
 * valid. Of a capture of one type its counts say all, so that only mixed ones are scanned.
 */
export async function measureVenueTypes(trx: Trx, capture: NormalizedCapture): Promise<Map<VenueType, Measures>> {
  const held = venueTypesOf(capture.summary_types);
  const [only] = held;
  if (only !== undefined && held.length === 1) return new Map([[only, countsOf(capture)]]);
  const { rows } = await sql<{ venue_type: VenueType } & Measures>`
    SELECT venue_type, count(*) AS rows, sum(total_shares + 0.0) AS shares, count(DISTINCT venue_key) AS venues
    FROM normalized_rows WHERE capture_key = ${capture.capture_key} GROUP BY venue_type`.execute(trx);
  const found = new Map(rows.map(({ venue_type, ...measures }) => [venue_type, measures]));
  return new Map(held.map((type) => [type, found.get(type) ?? { rows: 0, shares: 0, venues: 0 }]));
}

function countsOf({ normalized_count, total_shares, venue_count }: NormalizedCapture): Measures {
  return { rows: normalized_count ?? 0, shares: total_shares ?? 0, venues: venue_count ?? 0 };
}
