import { PartitionError } from '../domain/errors.ts';
import { type Partition, partitionKey } from '../domain/partition.ts';
import { contentHash } from '../pipelines/content-hash.ts';
import type { Availability, MovedDate, Source } from '../sources/source.ts';
import type { PartitionState } from '../store/partition-states.ts';
import type { Found } from './plan.ts';

/** What the source has, hashed where the plan compares it. */
export interface SurveyResult {
  readonly found: ReadonlyMap<string, Found>;
  readonly unmatched: readonly string[];
  readonly movedDates: readonly MovedDate[];
}

/** What a run finds that does not look at its source. */
export const NOTHING_SURVEYED: SurveyResult = { found: new Map(), unmatched: [], movedDates: [] };

/**
 * Looks at the source for `partitions`, and hashes those that have a stored hash to compare with: a first capture is
 * read only once, by its ingest (DESIGN section 3). `wantsHash` says whether a hash could change the plan at all.
 */
export async function surveySource(
  source: Source,
  partitions: readonly Partition[],
  states: ReadonlyMap<string, PartitionState>,
  wantsHash: boolean,
  pause: () => Promise<void>,
): Promise<SurveyResult> {
  const survey = await source.survey(partitions);
  const found = new Map<string, Found>();
  for (const partition of partitions) {
    const key = partitionKey(partition);
    const availability = survey.partitions.get(key);
    if (availability === undefined) continue;
    const compares = wantsHash && states.get(key)?.newest != null;
    found.set(key, compares ? await withHash(source, availability) : availability);
    await pause();
  }
  return { found, unmatched: survey.unmatched, movedDates: survey.movedDates };
}

async function withHash(source: Source, availability: Availability): Promise<Found> {
  if (availability.status !== 'available') return availability;
  const { locator } = availability;
  try {
    return { ...availability, contentHash: await contentHash(source.open(locator)) };
  } catch (error) {
    if (!(error instanceof PartitionError)) throw error;
    return { status: 'unreadable', locator, message: error.message, transient: error.transient };
  }
}
