import { captureId } from '../domain/capture-id.ts';
import { type ErrorDetails, errorDetails, PartitionError } from '../domain/errors.ts';
import type { Partition } from '../domain/partition.ts';
import type { Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { ArchiveEntry } from '../sources/archive/entry.ts';
import { type EntryName, entryPath } from '../sources/archive/layout.ts';
import { entryAsOf, listEntries } from '../sources/archive/listing.ts';
import { loadEntry } from '../sources/archive/reading.ts';
import type { AcceptedCapture } from '../store/accepted-captures.ts';

/** What the archive's entry of a capture says otherwise than the database. */
export interface EntryDifference {
  /** As the entry names it. */
  readonly field: string;
  readonly archive: string | number;
  readonly database: string | number;
}

/** The archive's entry of an accepted capture, without which it cannot be replayed, beside what is stored of it. */
export interface VerifiedEntry {
  readonly file: string;
  readonly status: 'equal' | 'different' | 'missing' | 'unreadable';
  readonly differences: readonly EntryDifference[];
  /** Null where the entry is there and can be read. */
  readonly error: ErrorDetails | null;
}

/** An entry of the archive whose capture the database does not hold as accepted. */
export interface UnknownEntry {
  readonly file: string;
  readonly captureId: string;
  readonly partition: Partition;
}

/**
 * Compares the entry that a replay of the capture's run date would take with the capture: its own, or, where that is
 * not there, an earlier one of the same bytes and origin, as after a database was made again from the archive.
 */
export async function verifyEntry(dir: string, capture: AcceptedCapture): Promise<VerifiedEntry> {
  const file = entryPath(dir, capture);
  try {
    const name = entryAsOf(await listEntries(dir, capture.partition.weekEnding), capture);
    if (name === null) return missing(file, capture);
    const differences = differencesOf(await loadEntry(dir, name), capture);
    if (differences.length === 0) return { file: entryPath(dir, name), status: 'equal', differences, error: null };
    if (name.runDate !== capture.runDate) return missing(file, capture);
    return { file, status: 'different', differences, error: null };
  } catch (error) {
    if (!(error instanceof PartitionError)) throw error;
    return { file, status: 'unreadable', differences: [], error: errorDetails(error) };
  }
}

/** The entries of a window in the order of its weeks and tiers; a week that cannot be listed has none. */
export async function entriesOf(
  dir: string,
  weeks: readonly WeekEnding[],
  tiers: readonly Tier[],
): Promise<EntryName[]> {
  const found: EntryName[] = [];
  for (const week of weeks) {
    // The week's captures tell of it: their entries are unreadable.
    const names = await listEntries(dir, week).catch((error: unknown): EntryName[] => {
      if (error instanceof PartitionError) return [];
      throw error;
    });
    for (const tier of tiers) {
      const own = names.filter(({ partition }) => partition.tier === tier);
      found.push(...own.sort((a, b) => (a.runDate < b.runDate ? -1 : 1)));
    }
  }
  return found;
}

/** The entries among `names` that are neither of an accepted capture nor what one was verified by. */
export function unknownEntries(
  dir: string,
  names: readonly EntryName[],
  accepted: readonly EntryName[],
  used: readonly string[],
): UnknownEntry[] {
  const known = new Set([...accepted.map((capture) => entryPath(dir, capture)), ...used]);
  return names
    .map((name) => ({
      file: entryPath(dir, name),
      captureId: captureId(name.partition, name.runDate),
      partition: name.partition,
    }))
    .filter(({ file }) => !known.has(file));
}

function differencesOf(entry: ArchiveEntry, capture: AcceptedCapture): EntryDifference[] {
  const fields = [
    ['source', entry.source, capture.source],
    ['locator', entry.locator, capture.locator],
    ['summary_types', entry.summaryTypes, capture.summaryTypes],
    ['content_hash', entry.contentHash, capture.contentHash],
    ['byte_count', entry.byteCount, capture.byteCount],
  ] as const;
  return fields.flatMap(([field, archive, database]) => (archive === database ? [] : [{ field, archive, database }]));
}

function missing(file: string, { runDate }: AcceptedCapture): VerifiedEntry {
  const error = {
    code: 'archive_entry_missing',
    message: `the archive does not list it: there is no ${file}`,
    hint: `restore that file from a copy of the archive, or take the partition again with --force --run-date ${runDate}`,
  };
  return { file, status: 'missing', differences: [], error };
}
