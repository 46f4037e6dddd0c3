import { type CalendarDate, isCalendarDate } from '../../domain/calendar-date.ts';

const SCHEME = 'finra-api';

/** The data sets that hold partitions: the last twelve months, and the years before (FINRA page). */
export const DATASETS = ['weeklySummary', 'weeklySummaryHistoric'] as const;

export type Dataset = (typeof DATASETS)[number];

/** Stands for the listing itself, when it is what cannot be read. */
export const LISTING_LOCATOR = `${SCHEME}:partitions`;

/** One partition as FINRA's API names it. */
export interface ApiPartition {
  readonly dataset: Dataset;
  /** The Monday of the week. */
  readonly weekStart: CalendarDate;
  readonly tierIdentifier: string;
}

/** `finra-api:weeklySummary:2025-12-15:T1`. */
export function apiLocator(partition: ApiPartition): string {
  return [SCHEME, partition.dataset, partition.weekStart, partition.tierIdentifier].join(':');
}

/** The partition a locator of `apiLocator` names. Throws on any other text: that is a bug, not an operator's error. */
export function parseApiLocator(locator: string): ApiPartition {
  const [scheme, name, weekStart = '', tierIdentifier = '', ...rest] = locator.split(':');
  const dataset = DATASETS.find((known) => known === name);
  if (
    scheme !== SCHEME ||
    dataset === undefined ||
    !isCalendarDate(weekStart) ||
    tierIdentifier === '' ||
    rest.length > 0
  )
    throw new Error(`not a locator of the API source: ${locator}`);
  return { dataset, weekStart, tierIdentifier };
}
