import type { CalendarDate } from '../domain/calendar-date.ts';
import type { QualityGates } from '../domain/gates.ts';
import type { Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { PublicationRules } from '../finra/publication.ts';
import type { MovedDate, RunSource } from '../sources/source.ts';

/** What a run was asked to do; paths are absolute. */
export interface ScheduleOptions {
  /** Newest first. */
  readonly weeks: readonly WeekEnding[];
  readonly tiers: readonly Tier[];
  readonly movedDates: readonly MovedDate[];
  readonly source: RunSource;
  readonly dataDir: string;
  /** Null: bytes are not archived. */
  readonly archiveDir: string | null;
  /** Compares API captures with FINRA's own totals per symbol. */
  readonly reconcile: boolean;
  readonly dbPath: string;
  readonly dryRun: boolean;
  readonly onlyStage: 'ingest' | 'normalize' | 'calc' | 'all';
  readonly force: boolean;
  readonly failFast: boolean;
  /** Whether the weeks were named rather than looked back to. */
  readonly backfill: boolean;
  readonly runDate: CalendarDate;
  readonly publication: PublicationRules;
  readonly gates: QualityGates;
  readonly retry: {
    readonly maxWaitMs: number;
    readonly delaysMs: readonly number[];
    readonly maxAttempts: number;
  };
  readonly busyTimeoutMs: number;
  readonly allowNetworkFs: boolean;
}

/** Whether the run looks at the source at all: normalize and calc work on what is stored (DESIGN section 2). */
export function looksAtSource(options: Pick<ScheduleOptions, 'onlyStage'>): boolean {
  return options.onlyStage === 'ingest' || options.onlyStage === 'all';
}
