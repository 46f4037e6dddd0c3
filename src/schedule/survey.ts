import { errorDetails, PartitionError } from '../domain/errors.ts';
import { type Partition, partitionKey } from '../domain/partition.ts';
import { publicationState } from '../finra/publication.ts';
import { contentHash } from '../pipelines/content-hash.ts';
import { type Availability, type MovedDate, SOURCE_EMPTY, type Source } from '../sources/source.ts';
import type { PartitionState } from '../store/partition-states.ts';
import { certainRestatement, type Found, type PlanOptions } from './plan.ts';

/** What the source has, read where the plan depends on it. */
export interface SurveyResult {
  readonly found: ReadonlyMap<string, Found>;
  readonly unmatched: readonly string[];
  readonly movedDates: readonly MovedDate[];
}

/** What a run finds that does not look at its source. */
export const NOTHING_SURVEYED: SurveyResult = { found: new Map(), unmatched: [], movedDates: [] };

type Available = Extract<Availability, { status: 'available' }>;

/** A partition that its source has. */
interface Named {
  readonly partition: Partition;
  readonly availability: Available;
  readonly state: PartitionState | undefined;
}

/**
 * Looks at the source for `partitions`, and reads those that the plan cannot judge by their names: where a stored hash
 * is all there is to compare with, and where the source may hold nothing yet and that would be no failure. Everything
 * else is read only once, by its ingest (DESIGN section 3).
 */
export async function surveySource(
  source: Source,
  partitions: readonly Partition[],
  states: ReadonlyMap<string, PartitionState>,
  options: PlanOptions,
  pause: () => Promise<void>,
): Promise<SurveyResult> {
  const survey = await source.survey(partitions);
  const found = new Map<string, Found>(survey.partitions);
  const named = partitions.flatMap((partition): Named[] => {
    const key = partitionKey(partition);
    const availability = survey.partitions.get(key);
    return availability?.status === 'available' ? [{ partition, availability, state: states.get(key) }] : [];
  });
  const unsure = named.filter((each) => isWorthReading(source, each, options));
  source.prefetch?.(unsure.map(({ availability }) => availability.locator));
  await pause();
  for (const { partition, availability } of unsure) {
    found.set(partitionKey(partition), await readThrough(source, availability));
    await pause();
  }
  return { found, unmatched: survey.unmatched, movedDates: survey.movedDates };
}

function isWorthReading(source: Source, { partition, availability, state }: Named, options: PlanOptions): boolean {
  const newest = state?.newest ?? null;
  if (newest !== null && certainRestatement(availability, newest, options) === null) return true;
  return source.mayBeEmpty === true && publicationState(partition, options.runDate, options.publication) !== 'due';
}

async function readThrough(source: Source, availability: Available): Promise<Found> {
  const { locator } = availability;
  try {
    return { ...availability, contentHash: await contentHash(source.open(locator)) };
  } catch (error) {
    if (!(error instanceof PartitionError)) throw error;
    if (error.code === SOURCE_EMPTY) return { status: 'empty', error: errorDetails(error) };
    const { message, hint, transient } = error;
    return { status: 'unreadable', locator, message, hint, transient };
  }
}
