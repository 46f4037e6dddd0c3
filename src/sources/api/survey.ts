import { type CalendarDate, daysBetween } from '../../domain/calendar-date.ts';
import { PartitionError } from '../../domain/errors.ts';
import { type Partition, partitionKey } from '../../domain/partition.ts';
import { weekStartOf } from '../../domain/week.ts';
import type { Availability, SourceSurvey } from '../source.ts';
import type { ApiClient } from './api-client.ts';
import { fetchListing, type Listing } from './listing.ts';
import { type ApiPartition, apiLocator, LISTING_LOCATOR } from './locator.ts';
import { TIER_IDENTIFIERS } from './tier-identifier.ts';

// weeklySummary keeps twelve months; a week near their end that is no longer listed has moved on already.
const RECENT_DAYS = 365;
const SURELY_RECENT_DAYS = 350;

/** What a survey looks at, and from when. */
export interface SurveyDeps {
  readonly client: ApiClient;
  readonly runDate: CalendarDate;
  /** What the rows will be, as `core_captures.summary_types` writes it. */
  readonly summaryTypes: string;
}

/**
 * What FINRA has of `partitions`: what its listing names, whatever the age, and of the rest what is older than twelve
 * months. That is in weeklySummaryHistoric, which no listing covers, so that only reading it says whether there are
 * rows. When the listing cannot be had, every younger partition is unreadable.
 */
export async function surveyApi(deps: SurveyDeps, partitions: readonly Partition[]): Promise<SourceSurvey> {
  const listing = partitions.length === 0 ? () => null : await listingOf(deps, partitions);
  const found = new Map<string, Availability>();
  for (const partition of partitions) {
    const availability = availabilityOf(deps, partition, listing);
    if (availability !== null) found.set(partitionKey(partition), availability);
  }
  return { partitions: found, unmatched: [], movedDates: [] };
}

async function listingOf(
  { client, runDate }: SurveyDeps,
  partitions: readonly Partition[],
): Promise<Listing | PartitionError> {
  const mondays = partitions.map((partition) => weekStartOf(partition.weekEnding)).sort();
  const [from, to] = [mondays.find((monday) => daysBetween(monday, runDate) <= RECENT_DAYS), mondays.at(-1)];
  const recent = from === undefined || to === undefined ? null : { from, to };
  return fetchListing(client, recent).catch((error: unknown) => {
    if (error instanceof PartitionError) return error;
    throw error;
  });
}

function availabilityOf(
  deps: SurveyDeps,
  { weekEnding, tier }: Partition,
  listing: Listing | PartitionError,
): Availability | null {
  const weekStart = weekStartOf(weekEnding);
  const age = daysBetween(weekStart, deps.runDate);
  const listed = listing instanceof PartitionError ? null : listing(weekStart, tier);
  if (listed !== null) return available(deps, { dataset: 'weeklySummary', weekStart, tierIdentifier: listed });
  if (listing instanceof PartitionError && age <= RECENT_DAYS) {
    const { message, hint, transient } = listing;
    return { status: 'unreadable', locator: LISTING_LOCATOR, message, hint, transient };
  }
  if (age <= SURELY_RECENT_DAYS) return null;
  return available(deps, { dataset: 'weeklySummaryHistoric', weekStart, tierIdentifier: TIER_IDENTIFIERS[tier][0] });
}

function available(deps: SurveyDeps, partition: ApiPartition): Availability {
  return { status: 'available', locator: apiLocator(partition), summaryTypes: deps.summaryTypes };
}
