import { readdir } from 'node:fs/promises';
import type { WeekEnding } from '../../domain/week.ts';
import { systemCode } from '../file-errors.ts';
import { readFault } from './archive-errors.ts';
import { type EntryName, readEntryFileName, weekFolder } from './layout.ts';

/** The entries of a week, none where the archive has no such week. Throws a `PartitionError`: `archive_read_failed`. */
export async function listEntries(dir: string, weekEnding: WeekEnding): Promise<EntryName[]> {
  const folder = weekFolder(dir, weekEnding);
  const files = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw readFault(error, folder);
  });
  return files.flatMap((file) => readEntryFileName(weekEnding, file) ?? []);
}

/** Of `names` the entry that a replay of `runDate` takes for the tier: the newest that is not later. */
export function entryAsOf(names: readonly EntryName[], { partition, runDate }: EntryName): EntryName | null {
  const own = names.filter((name) => name.partition.tier === partition.tier && name.runDate <= runDate);
  return own.sort((a, b) => (a.runDate < b.runDate ? 1 : -1))[0] ?? null;
}
