import type { VenueType } from './schema.ts';

const VENUE_TYPES: ReadonlyMap<string, VenueType> = new Map([
  ['ats', 'ATS'],
  ['non-ats', 'NON_ATS'],
]);

/** The venue types that a capture holds, by its `summary_types`. */
export function venueTypesOf(summaryTypes: string): VenueType[] {
  return summaryTypes.split(',').flatMap((type) => VENUE_TYPES.get(type) ?? []);
}
