import { access, constants, readdir } from 'node:fs/promises';
import type { CalendarDate } from '../../domain/calendar-date.ts';
import { PartitionError } from '../../domain/errors.ts';
import { type Partition, partitionKey } from '../../domain/partition.ts';
import type { WeekEnding } from '../../domain/week.ts';
import type { Availability, ReplaySource } from '../source.ts';
import { archiveDirError } from './archive-errors.ts';
import { archiveLocator, type EntryName, entryPath, parseArchiveLocator, weekFolder } from './layout.ts';
import { entryAsOf, listEntries } from './listing.ts';
import { loadEntry, readBytes } from './reading.ts';

export interface ArchiveSourceOptions {
  /** Absolute. */
  readonly dir: string;
  /** Captures of a later run date are not seen, so that what was so on a day can be replayed. */
  readonly runDate: CalendarDate;
}

/**
 * An archive as a source: of each partition the accepted capture with the newest run date. It needs neither a network
 * nor a database, and writes nothing.
 */
export function archiveSource({ dir, runDate }: ArchiveSourceOptions): ReplaySource {
  return {
    name: 'archive',
    async survey(partitions) {
      const found = new Map<string, Availability>();
      for (const week of new Set(partitions.map(({ weekEnding }) => weekEnding))) {
        const wanted = partitions.filter(({ weekEnding }) => weekEnding === week);
        const inWeek = await surveyWeek(dir, week, wanted, runDate);
        for (const [key, availability] of inWeek) found.set(key, availability);
      }
      return { partitions: found, unmatched: [], movedDates: [] };
    },
    async *open(locator) {
      const { contentHash } = await loadEntry(dir, parseArchiveLocator(locator));
      yield* readBytes(dir, contentHash);
    },
    async origin(locator) {
      const entry = await loadEntry(dir, parseArchiveLocator(locator));
      return { source: entry.source, locator: entry.locator };
    },
  };
}

/**
 * Checks that the archive is there and can be listed. Throws a `FatalError`: `archive_dir_missing`,
 * `archive_dir_not_a_directory` or `archive_dir_unreadable`.
 */
export async function checkArchive(dir: string): Promise<void> {
  try {
    await readdir(dir);
    await access(dir, constants.X_OK);
  } catch (error) {
    throw archiveDirError(error, dir);
  }
}

async function surveyWeek(
  dir: string,
  weekEnding: WeekEnding,
  wanted: readonly Partition[],
  runDate: CalendarDate,
): Promise<Map<string, Availability>> {
  const found = new Map<string, Availability>();
  const names = await listEntries(dir, weekEnding).catch((error: unknown) => {
    if (error instanceof PartitionError) return error;
    throw error;
  });
  for (const { tier } of wanted) {
    const key = partitionKey({ weekEnding, tier });
    if (names instanceof PartitionError) {
      found.set(key, unreadable(weekFolder(dir, weekEnding), names));
      continue;
    }
    const newest = entryAsOf(names, { partition: { weekEnding, tier }, runDate });
    if (newest !== null) found.set(key, await availabilityOf(dir, newest));
  }
  return found;
}

async function availabilityOf(dir: string, name: EntryName): Promise<Availability> {
  try {
    const { source, summaryTypes } = await loadEntry(dir, name);
    return {
      status: 'available',
      locator: archiveLocator(name),
      summaryTypes,
      replays: { source, runDate: name.runDate },
    };
  } catch (error) {
    if (!(error instanceof PartitionError)) throw error;
    return unreadable(entryPath(dir, name), error);
  }
}

function unreadable(locator: string, { message, hint, transient }: PartitionError): Availability {
  return { status: 'unreadable', locator, message, hint, transient };
}
