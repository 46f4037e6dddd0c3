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
 * What FINRA has of `partitions`: one look at its listing for the last twelve months; weeks before are in
 * weeklySummaryHistoric, which no listing covers, so that only reading them says whether they hold rows. When the
 * listing cannot be had, every partition that needs it is unreadable.
 */
export async function surveyApi(deps: SurveyDeps, partitions: readonly Partition[]): Promise<SourceSurvey> {
  const mondays = partitions.map((partition) => weekStartOf(partition.weekEnding)).sort();
  const listing = await listingOf(
    deps.client,
    mondays.filter((monday) => daysBetween(monday, deps.runDate) <= RECENT_DAYS),
  );
  const found = new Map<string, Availability>();
  for (const partition of partitions) {
    const availability = availabilityOf(deps, partition, listing);
    if (availability !== null) found.set(partitionKey(partition), availability);
  }
  return { partitions: found, unmatched: [], movedDates: [] };
}

async function listingOf(client: ApiClient, mondays: readonly CalendarDate[]): Promise<Listing | PartitionError> {
  const [from, to] = [mondays[0], mondays.at(-1)];
  if (from === undefined || to === undefined) return () => null;
  return fetchListing(client, from, to).catch((error: unknown) => {
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
  const historic = { dataset: 'weeklySummaryHistoric', weekStart, tierIdentifier: TIER_IDENTIFIERS[tier][0] } as const;
  if (age > RECENT_DAYS) return available(deps, historic);
  if (listing instanceof PartitionError) {
    const { message, hint, transient } = listing;
    return { status: 'unreadable', locator: LISTING_LOCATOR, message, hint, transient };
  }
  const tierIdentifier = listing(weekStart, tier);
  if (tierIdentifier !== null) return available(deps, { dataset: 'weeklySummary', weekStart, tierIdentifier });
  return age > SURELY_RECENT_DAYS ? available(deps, historic) : null;
}

function available(deps: SurveyDeps, partition: ApiPartition): Availability {
  return { status: 'available', locator: apiLocator(partition), summaryTypes: deps.summaryTypes };
}
