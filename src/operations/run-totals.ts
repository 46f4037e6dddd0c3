import { fromDbInstant } from '../domain/clock.ts';
import type { RunRecord } from '../store/metric-queries.ts';

/** How a run ended; an interrupted or killed one is critical, as its exit code says. */
export const RUN_RESULTS = ['success', 'partial', 'critical'] as const;

export type RunResult = (typeof RUN_RESULTS)[number];

/** What runs did with partitions. */
export const WEEK_ACTIONS = ['ingested', 'skipped', 'failed'] as const;

export type WeekAction = (typeof WEEK_ACTIONS)[number];

/** Upper bounds in seconds: from a run that finds nothing new to a backfill of years. */
export const DURATION_BOUNDS = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600] as const;

/** Totals over runs; none of them ever falls while runs are added. */
export interface RunTotals {
  readonly runs: Readonly<Record<RunResult, number>>;
  readonly weeks: Readonly<Record<WeekAction, number>>;
  readonly durations: DurationTotals;
  /** When the last successful run ended; null before the first. */
  readonly lastSuccess: Date | null;
}

export interface DurationTotals {
  /** For each of `DURATION_BOUNDS`, the runs that took no longer. */
  readonly withinBounds: readonly number[];
  readonly sumSeconds: number;
  readonly count: number;
}

/** The totals of a history of runs. A run without an end is one that was killed, or could not record its end. */
export function totalsOfRuns(history: readonly RunRecord[]): RunTotals {
  const results = history.map(resultOf);
  const sum = (...names: readonly string[]) =>
    history.reduce((total, { counts }) => names.reduce((part, name) => part + (counts?.[name] ?? 0), total), 0);
  const successes = history.filter(({ status }) => status === 'success').map(({ endedAt }) => endedAt ?? '');
  const lastSuccess = successes.sort().at(-1);
  return {
    runs: {
      success: count(results, 'success'),
      partial: count(results, 'partial'),
      critical: count(results, 'critical'),
    },
    weeks: {
      ingested: sum('ingested', 'resumed'),
      skipped: sum('unchanged'),
      failed: sum('failed', 'retryWait'),
    },
    durations: durationTotals(history.flatMap(durationOf)),
    lastSuccess: lastSuccess === undefined ? null : fromDbInstant(lastSuccess),
  };
}

function resultOf({ status }: RunRecord): RunResult {
  return status === 'success' || status === 'partial' ? status : 'critical';
}

function count(results: readonly RunResult[], result: RunResult): number {
  return results.filter((each) => each === result).length;
}

// A killed run's end is when the next run found it, which says nothing of how long it took.
function durationOf({ startedAt, endedAt, counts }: RunRecord): number[] {
  if (endedAt === null || counts === null) return [];
  return [Math.max(0, fromDbInstant(endedAt).getTime() - fromDbInstant(startedAt).getTime())];
}

// Added up in whole milliseconds, so that the sum does not depend on the order of the runs.
function durationTotals(milliseconds: readonly number[]): DurationTotals {
  return {
    withinBounds: DURATION_BOUNDS.map((bound) => milliseconds.filter((each) => each <= bound * 1000).length),
    sumSeconds: milliseconds.reduce((sum, each) => sum + each, 0) / 1000,
    count: milliseconds.length,
  };
}
