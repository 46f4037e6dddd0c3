import { accessSync, constants, type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Partition, partitionKey } from '../domain/partition.ts';
import { type FileDate, readFileName, weekOfFileDate } from '../finra/file-name.ts';
import type { PublicationRules } from '../finra/publication.ts';
import { dataDirError, LINKED_NOWHERE, LINKED_OUTSIDE, NOT_REGULAR, systemCode } from './file-errors.ts';
import { realPathInside } from './file-reading.ts';
import type { Availability, MovedDate, SourceSurvey } from './source.ts';

/** Where files are looked for, and how their names are read. */
export interface FileSurveyOptions {
  /** Absolute. */
  readonly dataDir: string;
  readonly fileDate: FileDate;
  readonly publication: PublicationRules;
}

/** A directory entry whose name says which partition it holds. */
interface Candidate {
  readonly entry: Dirent;
  readonly key: string;
  /** The name's date, and the week ending it was taken for. */
  readonly date: MovedDate;
}

/** What the data folder has for the `wanted` partitions; no file is opened. Throws a `FatalError` without the folder. */
export function surveyFiles(wanted: readonly Partition[], options: FileSurveyOptions): SourceSurvey {
  const keys = new Set(wanted.map(partitionKey));
  const unmatched: string[] = [];
  const candidates: Candidate[] = [];
  for (const entry of listFolder(options.dataDir)) {
    const candidate = candidateOf(entry, options);
    if (candidate === null && !entry.isDirectory()) unmatched.push(entry.name);
    if (candidate !== null && keys.has(candidate.key)) candidates.push(candidate);
  }
  return {
    partitions: availabilities(candidates, options.dataDir),
    unmatched: unmatched.sort(),
    movedDates: options.fileDate === 'week' ? movedDates(candidates) : [],
  };
}

function listFolder(dataDir: string): Dirent[] {
  try {
    return readdirSync(dataDir, { withFileTypes: true }).filter((entry) => !entry.name.startsWith('.'));
  } catch (error) {
    throw dataDirError(error, dataDir);
  }
}

function candidateOf(entry: Dirent, { fileDate, publication }: FileSurveyOptions): Candidate | null {
  const named = readFileName(entry.name);
  if (named === null) return null;
  const { tier, date } = named;
  const weekEnding = weekOfFileDate(date, tier, fileDate, publication);
  return { entry, key: partitionKey({ weekEnding, tier }), date: { given: date, weekEnding } };
}

function availabilities(candidates: readonly Candidate[], dataDir: string): Map<string, Availability> {
  const entries = new Map<string, Dirent[]>();
  for (const { key, entry } of candidates) entries.set(key, [...(entries.get(key) ?? []), entry]);
  const partitions = new Map<string, Availability>();
  for (const [key, named] of entries) {
    const availability = availabilityOf(named, dataDir);
    if (availability !== null) partitions.set(key, availability);
  }
  return partitions;
}

// A folder beside a file for the same partition is no second file; alone it is reported, since its name promises data.
function availabilityOf(entries: readonly Dirent[], dataDir: string): Availability | null {
  const files = entries.filter((entry) => !entry.isDirectory());
  const [entry, ...others] = files.length > 0 ? files : entries;
  if (entry === undefined) return null;
  if (others.length === 0) return inspect(entry, join(dataDir, entry.name), dataDir);
  return { status: 'ambiguous', locators: [entry, ...others].map(({ name }) => join(dataDir, name)).sort() };
}

// Null for an entry that has gone since the folder was listed.
function inspect(entry: Dirent, path: string, dataDir: string): Availability | null {
  try {
    const fault = faultOf(entry, path, dataDir);
    return fault === null ? { status: 'available', locator: path } : unreadable(path, fault);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code !== 'ENOENT') return unreadable(path, code);
    return entry.isSymbolicLink() ? unreadable(path, LINKED_NOWHERE) : null;
  }
}

// The locator names the file already.
function unreadable(locator: string, message: string): Availability {
  return { status: 'unreadable', locator, message };
}

function faultOf(entry: Dirent, path: string, dataDir: string): string | null {
  if (!entry.isFile() && !entry.isSymbolicLink()) return NOT_REGULAR;
  const target = realPathInside(path, dataDir);
  if (target === null) return LINKED_OUTSIDE;
  if (!statSync(target).isFile()) return NOT_REGULAR;
  accessSync(target, constants.R_OK);
  return null;
}

function movedDates(candidates: readonly Candidate[]): MovedDate[] {
  const moved = candidates.map(({ date }) => date).filter(({ given, weekEnding }) => given !== weekEnding);
  const distinct = new Map(moved.map((date) => [date.given, date]));
  return [...distinct.values()].sort((a, b) => (a.given < b.given ? -1 : 1));
}
