import { toDbInstant, toJsonInstant } from '../domain/clock.ts';
import { type ErrorDetails, errorDetails, FatalError, internalError, stackOf } from '../domain/errors.ts';
import { resolveRunAnomalies } from '../store/anomalies.ts';
import { endRun, startRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { releaseItemsOf } from '../store/work-items.ts';
import { isUnread } from './action.ts';
import { previewWeeks, statesToRead } from './dry-run.ts';
import { keepReadiness, withdrawOutdated } from './keep-readiness.ts';
import { settleLeftovers } from './leftovers.ts';
import { makePlan } from './make-plan.ts';
import { runPhases } from './phases.ts';
import { keepPlanAnomalies } from './plan-anomalies.ts';
import { recoverKilledRuns } from './recovery.ts';
import type { RunReport, WeekReport } from './report.ts';
import { retryWaiting } from './retries.ts';
import { arm, type RunContext } from './run-context.ts';
import { createRunLog, type RunLog } from './run-log.ts';
import type { ScheduleDeps } from './schedule-deps.ts';
import { looksAtSource, type ScheduleOptions } from './schedule-options.ts';
import { totalsOf } from './totals.ts';
import { loadWeekStates, reportWeeks, runTierSplits } from './weeks.ts';
import { ordersOf } from './work-orders.ts';

/** How a run's report is mapped to what `core_scheduler_runs` keeps; the exit codes are `cli/`'s to know. */
export type Verdict = (report: RunReport) => {
  readonly exitCode: number;
  readonly status: 'success' | 'partial' | 'critical';
};

/**
 * One run, or dry run: works out the plan, executes it phase by phase and reports. An expected failure is in the report
 * (`error` for what ended the run); nothing is thrown but bugs of the reporting itself.
 */
export async function runSchedule(options: ScheduleOptions, deps: ScheduleDeps, verdict: Verdict): Promise<RunReport> {
  const runId = deps.newRunId();
  const started = deps.clock.now();
  const log = createRunLog(deps.emit, options.dryRun);
  deps.emit({ type: 'run_started', runId, mode: options.dryRun ? 'dry-run' : 'run', ...headingOf(options) });
  let weeks: WeekReport[] = [];
  let error: ErrorDetails | null = null;
  let hasFailed = false;
  const report = (): RunReport => {
    const ended = deps.clock.now();
    const partitions = log.partitions();
    return {
      runId,
      mode: options.dryRun ? 'dry-run' : 'run',
      startedAt: toJsonInstant(toDbInstant(started)),
      endedAt: toJsonInstant(toDbInstant(ended)),
      ...headingOf(options),
      partitions,
      weeks,
      notices: log.notices(),
      unmatched: log.unmatched(),
      totals: totalsOf(partitions, log.anomalyCount(), (ended.getTime() - started.getTime()) / 1000),
      error,
    };
  };
  try {
    if (options.dryRun) weeks = await dryRun(options, deps, log);
    else await realRun();
  } catch (thrown) {
    fail(thrown);
  }
  return report();

  // Told before the store is closed, after which there may be nothing more to tell.
  function fail(thrown: unknown): void {
    if (hasFailed) return;
    hasFailed = true;
    error = fatalDetails(thrown);
    deps.emit({ type: 'run_failed', error, stack: stackOf(thrown) });
  }

  async function realRun(): Promise<void> {
    const sourceFault = await faultOf(() => (looksAtSource(options) ? deps.checkSource() : Promise.resolve()));
    if (sourceFault !== null && !deps.databaseExists()) throw sourceFault;
    const store = await deps.openForRun();
    try {
      await recorded(store, sourceFault);
    } catch (thrown) {
      fail(store.fatalFault(thrown));
    } finally {
      try {
        await deps.beforeClose?.(store, report());
      } finally {
        closeQuietly(store);
      }
    }
  }

  async function recorded(store: Store, sourceFault: unknown): Promise<void> {
    const startedAt = toDbInstant(started);
    const { host, pid, version } = deps;
    const killed = await recoverKilledRuns(store, runId, deps);
    const optionsJson = JSON.stringify(options);
    await store.db
      .transaction()
      .execute((trx) => startRun(trx, { runId, runDate: options.runDate, optionsJson, host, pid, version, startedAt }));
    let run: RunContext | null = null;
    try {
      for (const message of killed) log.notice({ severity: 'WARN', category: 'RUN_KILLED', partition: null, message });
      log.countAnomalies(killed.length);
      if (sourceFault !== null) throw sourceFault;
      run = contextOf(store);
      weeks = await execute(run);
      await close(store, report());
    } catch (thrown) {
      error = fatalDetails(store.fatalFault(thrown));
      await closeFailed(store, report(), run);
      throw thrown;
    }
  }

  function contextOf(store: Store): RunContext {
    const worker = { runId, host: deps.host, pid: deps.pid };
    const { clock, pause, source, archive } = deps;
    const executor = { store, source, archive, clock, pause, worker, retryDelaysMs: options.retry.delaysMs };
    return { runId, options, deps, store, executor, log, items: new Map(), waiting: new Map() };
  }

  async function close(store: Store, result: RunReport): Promise<void> {
    const now = toDbInstant(deps.clock.now());
    const { exitCode, status } = verdict(result);
    await store.db.transaction().execute(async (trx) => {
      if (exitCode === 0) {
        await resolveRunAnomalies(trx, { partition: null, stage: null, runId, now }, `run ${runId} was clean`);
      }
      const countsJson = JSON.stringify(result.totals);
      await endRun(trx, runId, { endedAt: now, status, exitCode, countsJson, error: null });
    });
  }

  // The run is lost already; whatever keeps this note from being written must not hide why.
  async function closeFailed(store: Store, result: RunReport, run: RunContext | null): Promise<void> {
    try {
      const now = toDbInstant(deps.clock.now());
      const status = result.error?.code === 'interrupted' ? ('interrupted' as const) : ('critical' as const);
      const { exitCode } = verdict(result);
      await store.db.transaction().execute(async (trx) => {
        await releaseItemsOf(trx, runId, result.error?.message ?? 'the run ended', now);
        const countsJson = JSON.stringify(result.totals);
        await endRun(trx, runId, { endedAt: now, status, exitCode, countsJson, error: result.error });
      });
      if (run !== null) await keepReadiness(run, await loadWeekStates(store.db, options.weeks));
    } catch {
      // The next run closes it as killed; weeks it was at work on are not ready until then.
    }
  }
}

async function execute(run: RunContext): Promise<WeekReport[]> {
  const { options, deps, store, log } = run;
  await deps.pause();
  const states = await loadWeekStates(store.db, options.weeks);
  await withdrawOutdated(run, states);
  const planned = await makePlan(options, deps, log, states);
  await keepPlanAnomalies(run, planned);
  await settleLeftovers(run, planned, states);
  const goesOn = !options.failFast || planned.every((line) => line.action !== 'fail' || isUnread(line));
  if (goesOn) {
    await arm(
      run,
      planned.flatMap((line) => ordersOf(line, options)),
    );
    if ((await runPhases(run, planned)) && (await runTierSplits(run, options.weeks, new Set())))
      await retryWaiting(run, planned);
  }
  return reportWeeks(run);
}

async function dryRun(options: ScheduleOptions, deps: ScheduleDeps, log: RunLog): Promise<WeekReport[]> {
  await deps.pause();
  if (looksAtSource(options)) await deps.checkSource();
  const store = deps.openToRead();
  try {
    const states = await statesToRead(store, options.weeks);
    const planned = await makePlan(options, deps, log, states);
    return await previewWeeks(store, states, planned, options);
  } catch (thrown) {
    throw store === null ? thrown : store.fatalFault(thrown);
  } finally {
    store?.close();
  }
}

function headingOf(options: ScheduleOptions) {
  return {
    runDate: options.runDate,
    window: { weeks: options.weeks, tiers: options.tiers },
    source: options.source,
    dataDir: looksAtSource(options) ? folderOf(options) : null,
    database: options.dbPath,
  };
}

function folderOf({ source, dataDir, archiveDir }: ScheduleOptions): string | null {
  return { file: dataDir, archive: archiveDir, api: null }[source];
}

async function faultOf(check: () => Promise<void>): Promise<unknown> {
  try {
    await check();
    return null;
  } catch (error) {
    return error;
  }
}

// Closing ends in a checkpoint; what it could not write is in the write-ahead log and safe there.
function closeQuietly(store: Store): void {
  try {
    store.close();
  } catch {
    // The run's own result stands.
  }
}

function fatalDetails(thrown: unknown): ErrorDetails {
  return thrown instanceof FatalError ? errorDetails(thrown) : internalError(thrown);
}
