import { captureId } from '../../domain/capture-id.ts';
import { SOURCE_NAMES, type SourceName } from '../source.ts';
import { type EntryName, isContentHash } from './layout.ts';

/** What the archive keeps of an accepted capture beside its bytes: all that replaying it needs. */
export interface ArchiveEntry extends EntryName {
  /** Where the bytes came from, which a replay keeps. */
  readonly source: SourceName;
  readonly locator: string;
  /** As `core_captures.summary_types` writes it. */
  readonly summaryTypes: string;
  readonly contentHash: string;
  /** Of the bytes themselves, not gzipped. */
  readonly byteCount: number;
}

/** An entry as its file holds it: one JSON document, keys in a fixed order. */
export function entryText(entry: ArchiveEntry): string {
  const document = {
    capture_id: captureId(entry.partition, entry.runDate),
    week_ending: entry.partition.weekEnding,
    tier: entry.partition.tier,
    run_date: entry.runDate,
    source: entry.source,
    locator: entry.locator,
    summary_types: entry.summaryTypes,
    content_hash: entry.contentHash,
    byte_count: entry.byteCount,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The entry that `text`, the content of the file of `name`, holds; null when it is not one, or another capture's. */
export function readEntry(name: EntryName, text: string): ArchiveEntry | null {
  const document = parseObject(text);
  const { source, locator, summary_types, content_hash, byte_count } = document;
  const origin = SOURCE_NAMES.find((known) => known === source);
  if (document.capture_id !== captureId(name.partition, name.runDate)) return null;
  if (origin === undefined || typeof locator !== 'string' || typeof summary_types !== 'string') return null;
  if (!isContentHash(content_hash) || typeof byte_count !== 'number') return null;
  return {
    ...name,
    source: origin,
    locator,
    summaryTypes: summary_types,
    contentHash: content_hash,
    byteCount: byte_count,
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
