import type { CalendarDate } from '../domain/calendar-date.ts';
import type { Partition } from '../domain/partition.ts';
import type { ControlTotal } from './api/control-totals.ts';

/** Where a partition's bytes come from, as `core_captures.source` names it. */
export const SOURCE_NAMES = ['file', 'api'] as const;

export type SourceName = (typeof SOURCE_NAMES)[number];

/** What a run reads from: a source, or the archive of what was captured from either. */
export type RunSource = SourceName | 'archive';

/** What a source has for one partition; a partition it says nothing about is absent. */
export type Availability =
  | {
      readonly status: 'available';
      readonly locator: string;
      /** What the rows are, as `core_captures.summary_types` writes it; undefined where only the rows tell. */
      readonly summaryTypes?: string;
      /** For a replay: the source that the capture's bytes came from, and the run date it was taken on. */
      readonly replays?: { readonly source: SourceName; readonly runDate: CalendarDate };
    }
  | { readonly status: 'ambiguous'; readonly locators: readonly string[] }
  | {
      readonly status: 'unreadable';
      readonly locator: string;
      readonly message: string;
      /** What to do about it, where the source knows. */
      readonly hint?: string;
      /** Whether another attempt may find it readable. */
      readonly transient?: boolean;
    };

/** What a source has for a window of partitions, found without reading any partition's bytes. */
export interface SourceSurvey {
  /** Keyed by `partitionKey`. */
  readonly partitions: ReadonlyMap<string, Availability>;
  /** Names that belong to no partition, sorted, for `--verbose`. */
  readonly unmatched: readonly string[];
  /** Dates that stood for another day's week, for the notice of DESIGN section 1. */
  readonly movedDates: readonly MovedDate[];
}

/** A date that an operator or a file name gave, and the week ending it was taken for. */
export interface MovedDate {
  readonly given: string;
  readonly weekEnding: string;
}

/** The code of the `PartitionError` for a partition that is named by its source and holds nothing (yet). */
export const SOURCE_EMPTY = 'source_empty';

/** What a capture keeps of where its bytes came from. */
export interface Origin {
  readonly source: SourceName;
  readonly locator: string;
}

/**
 * A place that holds partitions. `open` yields the bytes of one locator of a survey, in order; its errors are
 * `PartitionError`s, transient where another attempt may succeed. Chunks may share one buffer: use each before the next.
 */
interface PartitionSource {
  /** Whether a survey may name partitions that hold nothing yet, which `open` then says as `SOURCE_EMPTY`. */
  readonly mayBeEmpty?: boolean;
  survey(partitions: readonly Partition[]): Promise<SourceSurvey>;
  open(locator: string): AsyncIterable<Uint8Array>;
  /** Names the locators that will be opened, in that order, so that a slow source may run ahead. Never throws. */
  prefetch?(locators: readonly string[]): void;
  /** Gives up whatever is still under way; the source is not used afterwards. */
  close?(): void;
}

/** A source that captures are named after. */
export interface LiveSource extends PartitionSource {
  readonly name: SourceName;
  /** The source's own per-symbol totals of a partition, where it publishes such. Throws what `open` throws. */
  controlTotals?(locator: string): Promise<readonly ControlTotal[]>;
}

/** The archive: its captures keep the name and locator they were first taken under. */
export interface ReplaySource extends PartitionSource {
  readonly name: 'archive';
  /** Throws what `open` throws. */
  origin(locator: string): Promise<Origin>;
}

export type Source = LiveSource | ReplaySource;
