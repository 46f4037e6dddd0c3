import type { DbInstant } from '../domain/clock.ts';
import { type ErrorDetails, errorDetails } from '../domain/errors.ts';
import type { Db, RunStatus } from './schema.ts';

export interface NewRun {
  readonly runId: string;
  readonly runDate: string;
  readonly optionsJson: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: DbInstant;
}

/** Records the start of a run. */
export async function startRun(db: Db, run: NewRun): Promise<void> {
  await db
    .insertInto('core_scheduler_runs')
    .values({
      run_id: run.runId,
      run_date: run.runDate,
      options_json: run.optionsJson,
      host: run.host,
      pid: run.pid,
      version: run.version,
      started_at: run.startedAt,
      status: 'running',
    })
    .execute();
}

export interface RunEnd {
  readonly endedAt: DbInstant;
  readonly status: RunStatus;
  readonly exitCode: number;
  readonly countsJson: string | null;
  readonly error: ErrorDetails | null;
}

/** Records the end of a run. */
export async function endRun(db: Db, runId: string, end: RunEnd): Promise<void> {
  await db
    .updateTable('core_scheduler_runs')
    .set({
      ended_at: end.endedAt,
      status: end.status,
      exit_code: end.exitCode,
      counts_json: end.countsJson,
      error_json: end.error === null ? null : JSON.stringify(end.error),
    })
    .where('run_id', '=', runId)
    .execute();
}

/** Records that a run which had ended could not tell its result; its counts stay. */
export async function failEndedRun(
  db: Db,
  runId: string,
  end: Pick<RunEnd, 'status' | 'exitCode'> & { readonly error: ErrorDetails },
): Promise<void> {
  await db
    .updateTable('core_scheduler_runs')
    .set({ status: end.status, exit_code: end.exitCode, error_json: JSON.stringify(errorDetails(end.error)) })
    .where('run_id', '=', runId)
    .execute();
}

/** The runs that began and never ended. Whoever holds the run lock knows that their processes are dead. */
export async function openRuns(db: Db) {
  return db
    .selectFrom('core_scheduler_runs')
    .select(['run_id', 'host', 'pid', 'started_at'])
    .where('status', '=', 'running')
    .orderBy('started_at')
    .execute();
}
