import { join } from 'node:path';
import { type CalendarDate, isCalendarDate } from '../../domain/calendar-date.ts';
import type { Partition } from '../../domain/partition.ts';
import { TIERS } from '../../domain/tier.ts';
import { type WeekEnding, weekEndingOf } from '../../domain/week.ts';

/** What names an entry of the archive: a partition, and the run date of the capture that was accepted for it. */
export interface EntryName {
  readonly partition: Partition;
  readonly runDate: CalendarDate;
}

const SCHEME = 'archive';
const HASH = /^[0-9a-f]{64}$/;
const ENTRY_FILE = /^([A-Z0-9_]+)\.(\d{4}-\d{2}-\d{2})\.json$/;

/** Whether `text` is a content hash, and so may become part of a path. */
export function isContentHash(text: unknown): text is string {
  return typeof text === 'string' && HASH.test(text);
}

/** `<dir>/bytes/ab/abcdef....gz`: the gzipped bytes whose SHA-256 is `contentHash`. */
export function bytesPath(dir: string, contentHash: string): string {
  return join(dir, 'bytes', contentHash.slice(0, 2), `${contentHash}.gz`);
}

/** `<dir>/captures/2025-12-19`: the entries of a week. */
export function weekFolder(dir: string, weekEnding: WeekEnding): string {
  return join(dir, 'captures', weekEnding);
}

/** `<dir>/captures/2025-12-19/NMS_TIER_1.2026-01-12.json`. */
export function entryPath(dir: string, { partition, runDate }: EntryName): string {
  return join(weekFolder(dir, partition.weekEnding), `${partition.tier}.${runDate}.json`);
}

/** `<dir>/incoming`: what is being written, and what a killed run left of that. */
export function incomingFolder(dir: string): string {
  return join(dir, 'incoming');
}

/** What the file `name` of a week's folder is an entry of; null for any other file. */
export function readEntryFileName(weekEnding: WeekEnding, name: string): EntryName | null {
  const [, tierText, runDate = ''] = ENTRY_FILE.exec(name) ?? [];
  const tier = TIERS.find((known) => known === tierText);
  return tier === undefined || !isCalendarDate(runDate) ? null : { partition: { weekEnding, tier }, runDate };
}

/** `archive:2025-12-19:NMS_TIER_1:2026-01-12`. */
export function archiveLocator({ partition, runDate }: EntryName): string {
  return [SCHEME, partition.weekEnding, partition.tier, runDate].join(':');
}

/** The entry a locator of `archiveLocator` names. Throws on any other text: that is a bug, not an operator's error. */
export function parseArchiveLocator(locator: string): EntryName {
  const [scheme, weekEnding = '', tierText, runDate = '', ...rest] = locator.split(':');
  const tier = TIERS.find((known) => known === tierText);
  const dated = isCalendarDate(weekEnding) && weekEndingOf(weekEnding) === weekEnding && isCalendarDate(runDate);
  if (scheme !== SCHEME || tier === undefined || !dated || rest.length > 0) {
    throw new Error(`not a locator of the archive: ${locator}`);
  }
  return { partition: { weekEnding, tier }, runDate };
}
