import type { ErrorDetails } from '../domain/errors.ts';
import type { Partition } from '../domain/partition.ts';
import type { Stage } from '../domain/stage.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { Action, Reason } from './action.ts';

/** What became of a partition. `planned` is a dry run's. */
export const OUTCOMES = [
  'ingested',
  'resumed',
  'unchanged',
  'awaiting',
  'late',
  'cancelled',
  'blocked',
  'retry_wait',
  'failed',
  'not_attempted',
  'planned',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** One stage of one partition, as this run carried it out (or, in a dry run, would). */
export interface StageReport {
  readonly stage: Stage;
  readonly status: 'complete' | 'failed' | 'retry_wait' | 'deferred' | 'cancelled' | 'planned';
  /** Rows the stage left in the store; null when it left none. */
  readonly rowCount: number | null;
  readonly seconds: number;
  readonly error: ErrorDetails | null;
}

/** One (week, tier) of the report. */
export interface PartitionReport {
  readonly partition: Partition;
  readonly action: Action;
  readonly reason: Reason;
  readonly outcome: Outcome;
  readonly stages: readonly StageReport[];
  readonly captureId: string | null;
  /** Source rows of the capture (raw rows); null when nothing is captured. */
  readonly rows: number | null;
  readonly rejects: number | null;
  /** For awaiting and late: when FINRA is to publish it, and the last day it may be missing. */
  readonly publishedOn: string;
  readonly dueAfter: string;
  readonly error: ErrorDetails | null;
}

/** One week of the report: what spans the three tiers. */
export interface WeekReport {
  readonly weekEnding: WeekEnding;
  readonly tierSplit: {
    readonly status:
      | 'computed'
      | 'current'
      | 'awaited'
      | 'blocked'
      | 'failed'
      | 'retry_wait'
      | 'cancelled'
      | 'not_attempted'
      | 'not_selected'
      | 'planned';
    readonly captureId: string | null;
    readonly rowCount: number | null;
    readonly error: ErrorDetails | null;
  };
  readonly readiness: {
    readonly ready: boolean;
    readonly blockers: readonly string[];
    readonly awaitedUntil: string | null;
  };
}

/** What was said beside the partitions: dates that moved, new columns, quality warnings. */
export interface Notice {
  readonly severity: 'INFO' | 'WARN' | 'ERROR' | 'CRITICAL';
  readonly category: string;
  readonly partition: { readonly weekEnding: WeekEnding; readonly tier: string } | null;
  readonly message: string;
}

export interface Totals {
  readonly partitions: number;
  readonly ingested: number;
  readonly resumed: number;
  readonly unchanged: number;
  readonly awaiting: number;
  readonly late: number;
  readonly cancelled: number;
  readonly blocked: number;
  readonly retryWait: number;
  readonly failed: number;
  readonly notAttempted: number;
  /** Dry run: partitions the run would ingest or resume. */
  readonly planned: number;
  /** Source rows captured or resumed by this run, and their rejects. */
  readonly rows: number;
  readonly rejects: number;
  /** Anomalies this run raised or counted up. */
  readonly anomalies: number;
  readonly seconds: number;
}

export interface RunWindow {
  /** Newest first. */
  readonly weeks: readonly WeekEnding[];
  readonly tiers: readonly string[];
}

/** The result of one run or dry run; `cli/` words it and maps it to an exit code. */
export interface RunReport {
  readonly runId: string;
  readonly mode: 'run' | 'dry-run';
  readonly runDate: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly window: RunWindow;
  readonly source: string;
  readonly database: string;
  readonly dataDir: string | null;
  readonly partitions: readonly PartitionReport[];
  readonly weeks: readonly WeekReport[];
  readonly notices: readonly Notice[];
  /** Files that belong to no partition. */
  readonly unmatched: readonly string[];
  readonly totals: Totals;
  /** What stopped the run, when something did. */
  readonly error: ErrorDetails | null;
}
