import { type CalendarDate, isCalendarDate, plusDays } from '../../domain/calendar-date.ts';
import { PartitionError } from '../../domain/errors.ts';
import type { Tier } from '../../domain/tier.ts';
import { tierOf } from '../../finra/tier-names.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { excerptOf, notData } from './api-error.ts';
import { parseExact, readJson, type Table } from './table.ts';
import { TIER_IDENTIFIERS } from './tier-identifier.ts';

/** What FINRA says is out: the identifier a week's tier is listed under, or null when it is not listed. */
export type Listing = (weekStart: CalendarDate, tier: Tier) => string | null;

const DATASET = 'weeklySummary';
const DOWNLOADS = 'weeklyDownloadDetails';
const LIST_BYTES = 16 * 1024 * 1024;
const DOWNLOADS_LIMIT = 5000;

// Every week is out ten weeks later, so that a list that reaches back so far is never rightly empty.
const DAYS_BEFORE = 70;

/**
 * Which partitions of the weeks `from` to `to` (Mondays) are out: one look at the partitions endpoint, or, where that
 * fails, at the list of downloads. Throws the first `PartitionError` when both fail.
 */
export async function fetchListing(client: ApiClient, from: CalendarDate, to: CalendarDate): Promise<Listing> {
  try {
    return listingOf(readPartitions(await client.partitions(DATASET, LIST_BYTES)));
  } catch (error) {
    if (!(error instanceof PartitionError)) throw error;
    const downloads = await fetchDownloads(client, plusDays(from, -DAYS_BEFORE), to).catch((second: unknown) => {
      if (second instanceof PartitionError) throw error;
      throw second;
    });
    return listingOf(downloads);
  }
}

type Listed = readonly [weekStart: string, tierIdentifier: string];

function listingOf(listed: readonly Listed[]): Listing {
  const known = new Set(listed.map((pair) => pair.join(' ')));
  return (weekStart, tier) =>
    TIER_IDENTIFIERS[tier].find((identifier) => known.has(`${weekStart} ${identifier}`)) ?? null;
}

function readPartitions(answer: ApiAnswer): Listed[] {
  const value = parseExact(answer.text) as { readonly availablePartitions?: unknown } | null | undefined;
  const available = value?.availablePartitions;
  if (!Array.isArray(available) || available.length === 0)
    throw notData(`FINRA's list of ${DATASET} partitions`, excerptOf(answer.text));
  // A partition is told by what its two values are: their order follows `partitionFields`.
  return available.flatMap((entry: { readonly partitions?: unknown } | null): Listed[] => {
    const values = Array.isArray(entry?.partitions) ? entry.partitions.map(String) : [];
    const week = values.map((text) => text.slice(0, 10)).find(isCalendarDate);
    const identifier = values.find((text) => tierOf(text) !== null);
    return week === undefined || identifier === undefined ? [] : [[week, identifier]];
  });
}

async function fetchDownloads(client: ApiClient, from: CalendarDate, to: CalendarDate): Promise<Listed[]> {
  const listed: Listed[] = [];
  let total: number;
  let received = 0;
  do {
    const query = {
      dateRangeFilters: [{ fieldName: 'weekStartDate', startDate: from, endDate: to }],
      limit: DOWNLOADS_LIMIT,
      offset: received,
    };
    const answer = await client.query(DOWNLOADS, query, 'application/json', LIST_BYTES);
    const table = answer.text === '' ? { columns: [], rows: [] } : readJson(answer.text);
    if (table === null) throw notData(`FINRA's ${DOWNLOADS}`, excerptOf(answer.text));
    listed.push(...weeksAndTiers(table));
    received += table.rows.length;
    total = table.rows.length === 0 ? 0 : (answer.total ?? 0);
  } while (received < total);
  if (listed.length === 0) throw notData(`FINRA's ${DOWNLOADS}`, 'it lists nothing');
  return listed;
}

function weeksAndTiers(table: Table): Listed[] {
  const week = table.columns.indexOf('weekStartDate');
  const tier = table.columns.indexOf('tierIdentifier');
  return table.rows
    .map((row): Listed => [(row[week] ?? '').slice(0, 10), row[tier] ?? ''])
    .filter(([weekStart, tierIdentifier]) => weekStart !== '' && tierIdentifier !== '');
}
