import type { CalendarDate } from '../domain/calendar-date.ts';
import type { DbInstant } from '../domain/clock.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import type { Db, RunStatus } from './schema.ts';

/** A run as `core_scheduler_runs` keeps it. */
export interface RecordedRun {
  readonly runId: string;
  readonly runDate: CalendarDate;
  /** `running` is also what a killed run says until the next one closes it. */
  readonly status: RunStatus;
  readonly startedAt: DbInstant;
  readonly endedAt: DbInstant | null;
  readonly exitCode: number | null;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** What it was asked to do. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly error: ErrorDetails | null;
}

/** The last `count` runs, newest first. */
export async function lastRuns(db: Db, count: number): Promise<RecordedRun[]> {
  const rows = await db
    .selectFrom('core_scheduler_runs')
    .selectAll()
    .orderBy('started_at', 'desc')
    .orderBy('run_id')
    .limit(count)
    .execute();
  return rows.map((row) => ({
    runId: row.run_id,
    runDate: row.run_date,
    status: row.status,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    exitCode: row.exit_code,
    host: row.host,
    pid: row.pid,
    version: row.version,
    options: JSON.parse(row.options_json) as Record<string, unknown>,
    error: row.error_json === null ? null : (JSON.parse(row.error_json) as ErrorDetails),
  }));
}

const RUNS_LOOKED_AT = 50;

/** How a run ends that found no source where it was told to look: its options are the mistake, not the place. */
const NOT_LOOKED_AT = new Set([
  'bad_option',
  'data_dir_missing',
  'data_dir_not_a_directory',
  'data_dir_unreadable',
  'archive_dir_missing',
  'archive_dir_not_a_directory',
  'archive_dir_unreadable',
  'archive_not_writable',
]);

/** The options of the last run that looked at its source, killed ones included; null when none of the latest did. */
export async function lastSourceOptions(db: Db): Promise<RecordedRun['options'] | null> {
  const runs = await lastRuns(db, RUNS_LOOKED_AT);
  return runs.find(hasLooked)?.options ?? null;
}

function hasLooked({ options, error }: RecordedRun): boolean {
  const isToLook = options.onlyStage === 'all' || options.onlyStage === 'ingest';
  return isToLook && (error === null || !NOT_LOOKED_AT.has(error.code));
}
