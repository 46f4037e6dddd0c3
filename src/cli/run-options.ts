import type { CalendarDate } from '../domain/calendar-date.ts';
import type { QualityGates } from '../domain/gates.ts';
import type { Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { FileDate } from '../finra/file-name.ts';
import type { PublicationRules } from '../finra/publication.ts';
import type { SummaryType } from '../sources/api/summary-type.ts';
import { type MovedDate, type RunSource, SOURCE_NAMES } from '../sources/source.ts';

export const SOURCES = [...SOURCE_NAMES, 'archive'] as const satisfies readonly RunSource[];

export const MODES = ['run', 'dry-run'] as const;

export const ONLY_STAGES = ['ingest', 'normalize', 'calc', 'all'] as const;

/** What the lines on stderr are. */
export const LOG_FORMATS = ['text', 'json'] as const;

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
  /** Absolute; null where bytes are not archived. */
  readonly archiveDir: string | null;
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
  /** In the order of `SUMMARY_TYPES`, unique. */
  readonly summaryTypes: readonly SummaryType[];
  readonly api: ApiOptions;
  readonly reconcile: boolean;
  readonly busyTimeoutMs: number;
  readonly retry: RetryOptions;
  readonly allowNetworkFs: boolean;
  readonly monitoring: MonitoringOptions;
  readonly output: OutputOptions;
}

/** How FINRA's API is asked. Credentials are no option: nothing that keeps or shows options may hold them. */
export interface ApiOptions {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly requestsPerSecond: number;
  /** Partitions fetched at once. */
  readonly concurrency: number;
  /** For one whole request. */
  readonly timeoutMs: number;
  readonly maxTries: number;
}

export interface RetryOptions {
  /** How long the run goes on with failed work after its phases. */
  readonly maxWaitMs: number;
  /** The pause before the second, third, ... attempt. */
  readonly delaysMs: readonly number[];
  readonly maxAttempts: number;
}

/** Whom a run tells of itself; null: nobody. The addresses may hold secrets and are neither printed nor stored. */
export interface MonitoringOptions {
  /** Absolute. */
  readonly metricsFile: string | null;
  readonly pushgatewayUrl: string | null;
  readonly pingUrl: string | null;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly logFormat: (typeof LOG_FORMATS)[number];
  readonly verbose: boolean;
  readonly quiet: boolean;
}
