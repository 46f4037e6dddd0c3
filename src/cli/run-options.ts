import type { CalendarDate } from '../domain/calendar-date.ts';
import type { QualityGates } from '../domain/gates.ts';
import type { Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { FileDate } from '../finra/file-name.ts';
import type { PublicationRules } from '../finra/publication.ts';
import type { MovedDate, SourceName } from '../sources/source.ts';

export const SOURCES = ['file', 'api'] as const satisfies readonly SourceName[];

export const MODES = ['run', 'dry-run'] as const;

export const ONLY_STAGES = ['ingest', 'normalize', 'calc', 'all'] as const;

/** Everything an operator can set for a run, checked and frozen. */
export interface RunOptions {
  /** Newest first, unique. */
  readonly weeks: readonly WeekEnding[];
  /** Dates of `--weeks` that stood for another day's week; said once, as a notice. */
  readonly movedDates: readonly MovedDate[];
  /** In the order of `TIERS`, unique. */
  readonly tiers: readonly Tier[];
  readonly source: (typeof SOURCES)[number];
  /** Absolute. */
  readonly dataDir: string;
  readonly fileDate: FileDate;
  /** Absolute. */
  readonly dbPath: string;
  readonly dryRun: boolean;
  readonly onlyStage: (typeof ONLY_STAGES)[number];
  readonly force: boolean;
  readonly failFast: boolean;
  /** Whether the weeks were named rather than looked back to. */
  readonly backfill: boolean;
  readonly runDate: CalendarDate;
  readonly publication: PublicationRules;
  readonly gates: QualityGates;
  readonly maxFileBytes: number;
  readonly busyTimeoutMs: number;
  readonly retry: RetryOptions;
  readonly allowNetworkFs: boolean;
  readonly output: OutputOptions;
}

export interface RetryOptions {
  /** How long the run goes on with failed work after its phases. */
  readonly maxWaitMs: number;
  /** The pause before the second, third, ... attempt. */
  readonly delaysMs: readonly number[];
  readonly maxAttempts: number;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
}
