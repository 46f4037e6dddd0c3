import { type CalendarDate, isCalendarDate, plusDays } from '../../domain/calendar-date.ts';
import { PartitionError } from '../../domain/errors.ts';
import type { Tier } from '../../domain/tier.ts';
import { tierOf } from '../../finra/tier-names.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { excerptOf, incomplete, missingTotal, notData } from './api-error.ts';
import { parseExact, readJson, type Table } from './table.ts';
import { TIER_IDENTIFIERS } from './tier-identifier.ts';
import { unreadableAnswer } from './unreadable-answer.ts';

/** What FINRA says is out: the identifier a week's tier is listed under, or null when it is not listed. */
export type Listing = (weekStart: CalendarDate, tier: Tier) => string | null;

const DATASET = 'weeklySummary';
const DOWNLOADS = 'weeklyDownloadDetails';
const LIST_BYTES = 16 * 1024 * 1024;
const DOWNLOADS_LIMIT = 5000;

// Every week is out ten weeks later, so that a list that reaches back so far is never rightly empty.
const DAYS_BEFORE = 70;

/** The weeks, by their Mondays, of which a list of downloads can be asked. */
export interface WeekRange {
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/**
 * Which partitions weeklySummary holds: one look at the partitions endpoint, or, where that fails, at the list of
 * downloads of `recent` weeks; it is no word on older ones, which may be out in another data set. Neither is believed
 * when it lists nothing, nothing this program understands, or less than it announces. Throws one `PartitionError`,
 * with both reasons when both fail.
 */
export async function fetchListing(client: ApiClient, recent: WeekRange | null): Promise<Listing> {
  try {
    return listingOf(readPartitions(await client.partitions(DATASET, LIST_BYTES)));
  } catch (error) {
    if (!(error instanceof PartitionError) || recent === null) throw error;
    const since = plusDays(recent.from, -DAYS_BEFORE);
    const downloads = await fetchDownloads(client, since, recent.to).catch((second: unknown) => {
      if (second instanceof PartitionError) throw bothFailed(error, second);
      throw second;
    });
    return listingOf(downloads.filter(([weekStart]) => weekStart >= recent.from));
  }
}

type Listed = readonly [weekStart: string, tierIdentifier: string];

function listingOf(listed: readonly Listed[]): Listing {
  const known = new Set(listed.map((pair) => pair.join(' ')));
  return (weekStart, tier) =>
    TIER_IDENTIFIERS[tier].find((identifier) => known.has(`${weekStart} ${identifier}`)) ?? null;
}

function readPartitions(answer: ApiAnswer): Listed[] {
  const what = `FINRA's list of ${DATASET} partitions`;
  const value = parseExact(answer.text) as { readonly availablePartitions?: unknown } | null | undefined;
  const available = value?.availablePartitions;
  if (!Array.isArray(available)) throw unreadableAnswer(what, answer);
  const entries = available.map((entry: { readonly partitions?: unknown } | null) =>
    Array.isArray(entry?.partitions) ? entry.partitions.map(String) : [],
  );
  return understood(what, entries);
}

async function fetchDownloads(client: ApiClient, from: CalendarDate, to: CalendarDate): Promise<Listed[]> {
  const what = `FINRA's ${DOWNLOADS}`;
  const rows: string[][] = [];
  const earlier = new Set<string>();
  let total: number | null = null;
  do {
    const query = {
      dateRangeFilters: [{ fieldName: 'weekStartDate', startDate: from, endDate: to }],
      limit: DOWNLOADS_LIMIT,
      offset: rows.length,
    };
    const answer = await client.query(DOWNLOADS, query, 'application/json', LIST_BYTES);
    const page = answer.text === '' ? { columns: [], rows: [] } : readJson(answer.text);
    if (page === null) throw unreadableAnswer(what, answer);
    if (page.rows.length > 0 && answer.total === null) throw missingTotal(what);
    if (total !== null && answer.total !== null && answer.total !== total)
      throw incomplete(what, `the number of rows went from ${total} to ${answer.total}`);
    total = answer.total ?? total ?? 0;
    if (page.rows.length === 0 && rows.length < total)
      throw incomplete(what, `no rows came from ${rows.length} on, of ${total}`);
    const records = page.rows.map((row) => JSON.stringify(row));
    if (records.some((record) => earlier.has(record))) throw incomplete(what, 'a row came again on a later page');
    for (const record of records) earlier.add(record);
    rows.push(...weeksAndTiers(page));
  } while (rows.length < total);
  return understood(what, rows);
}

function weeksAndTiers({ columns, rows }: Table): string[][] {
  const [week, tier] = [columns.indexOf('weekStartDate'), columns.indexOf('tierIdentifier')];
  return rows.map((row) => [row[week] ?? '', row[tier] ?? '']);
}

/**
 * A partition is told by what its values are: their order follows `partitionFields`. Tiers that are none of ours are
 * FINRA's business, as long as some are.
 */
function understood(what: string, entries: readonly (readonly string[])[]): Listed[] {
  if (entries.length === 0) throw notData(what, 'it lists nothing');
  const listed = entries.flatMap((values): Listed[] => {
    const week = values.map((text) => text.slice(0, 10)).find(isCalendarDate);
    const identifier = values.find((text) => tierOf(text) !== null);
    return week === undefined || identifier === undefined ? [] : [[week, identifier]];
  });
  if (listed.length === 0)
    throw notData(
      what,
      `none of its ${entries.length} entries is a week and a known tier, as in "${shown(entries[0])}"`,
    );
  return listed;
}

function shown(entry: readonly string[] = []): string {
  return excerptOf(entry.join(' '));
}

function bothFailed(first: PartitionError, second: PartitionError): PartitionError {
  // As when no token can be had for either.
  if (first.message === second.message) return first;
  const { code, hint } = first.transient || !second.transient ? first : second;
  const transient = first.transient || second.transient;
  return new PartitionError({
    code,
    message: `${first.message}; in its place ${second.message}`,
    hint,
    transient,
  });
}
