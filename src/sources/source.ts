import type { Partition } from '../domain/partition.ts';

/** Where a partition's bytes come from, as `core_captures.source` names it. */
export type SourceName = 'file' | 'api';

/** What a source has for one partition; a partition it says nothing about is absent. */
export type Availability =
  | {
      readonly status: 'available';
      readonly locator: string;
      /** What the rows are, as `core_captures.summary_types` writes it; undefined where only the rows tell. */
      readonly summaryTypes?: string;
    }
  | { readonly status: 'ambiguous'; readonly locators: readonly string[] }
  | {
      readonly status: 'unreadable';
      readonly locator: string;
      readonly message: string;
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

/**
 * A place that holds partitions. `open` yields the bytes of one locator of a survey, in order; its errors are
 * `PartitionError`s, transient where another attempt may succeed. Chunks may share one buffer: use each before the next.
 */
export interface Source {
  readonly name: SourceName;
  survey(partitions: readonly Partition[]): Promise<SourceSurvey>;
  open(locator: string): AsyncIterable<Uint8Array>;
  /** Names the locators that will be opened, in that order, so that a slow source may run ahead. Never throws. */
  prefetch?(locators: readonly string[]): void;
  /** Gives up whatever is still under way; the source is not used afterwards. */
  close?(): void;
}
