import type { CapturesTable, Trx, VenueType } from '../store/schema.ts';
import { type Measures, measureVenueTypes, type NormalizedCapture } from '../store/venue-measures.ts';
import type { Comparison } from './gates.ts';

/** What a candidate holds, per venue type (`measureVenueTypes`). */
export type MeasuredTypes = ReadonlyMap<VenueType, Measures>;

/**
 * A candidate beside its predecessor, by each venue type that both hold: which ones are fetched from the API, or from
 * another source than before, is somebody's choice and no loss. Nobody chooses what is in a file, so there a type that
 * is gone is compared too.
 */
export async function compareWithPredecessor(
  trx: Trx,
  candidate: { readonly types: MeasuredTypes; readonly source: CapturesTable['source'] },
  predecessor: NormalizedCapture & Pick<CapturesTable, 'source'>,
): Promise<Comparison[]> {
  const before = await measureVenueTypes(trx, predecessor);
  const areFiles = candidate.source === 'file' && predecessor.source === 'file';
  return compare(candidate.types, before, areFiles ? [...before.keys()] : shared(candidate.types, before));
}

/** A candidate beside another week, by each venue type that both hold. */
export async function compareWithWeek(
  trx: Trx,
  candidate: MeasuredTypes,
  neighbour: NormalizedCapture,
): Promise<Comparison[]> {
  const other = await measureVenueTypes(trx, neighbour);
  return compare(candidate, other, shared(candidate, other));
}

function compare(now: MeasuredTypes, before: MeasuredTypes, types: readonly VenueType[]): Comparison[] {
  const isMixed = now.size > 1 || before.size > 1;
  const none: Measures = { rows: 0, shares: 0, venues: 0 };
  return types.map((type) => ({
    venueType: isMixed ? type : null,
    now: now.get(type) ?? none,
    before: before.get(type) ?? none,
  }));
}

function shared(now: MeasuredTypes, before: MeasuredTypes): VenueType[] {
  return [...before.keys()].filter((type) => now.has(type));
}
