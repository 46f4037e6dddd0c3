import { existsSync } from 'node:fs';
import type { ErrorDetails } from '../domain/errors.ts';
import type { Emit } from '../schedule/events.ts';
import type { RunReport } from '../schedule/report.ts';
import { runSchedule, type Verdict } from '../schedule/run.ts';
import type { ScheduleDeps } from '../schedule/schedule-deps.ts';
import type { Archive } from '../sources/archive/archive.ts';
import { failEndedRun } from '../store/runs.ts';
import { openForRun, openToRead } from '../store/sqlite/open-store.ts';
import type { Store } from '../store/store.ts';
import { archiveOfRun } from './archive-of-run.ts';
import { withPlaces } from './blocked-hints.ts';
import { exitCode } from './exit-code.ts';
import type { MainDeps } from './main.ts';
import { createMonitoring, type Monitoring } from './monitoring.ts';
import type { Flags } from './read-options.ts';
import { createReporter } from './reporter.ts';
import { resolveOptions } from './resolve-options.ts';
import type { RunOptions } from './run-options.ts';
import { type SourceOfRun, sourceOfRun } from './source-of-run.ts';
import { type Waiting, waiting } from './waiting.ts';

/** The default command: one run or dry run, shown as it goes on. Throws FatalError for bad options. */
export async function runCommand(flags: Flags, deps: MainDeps): Promise<RunReport> {
  const options = resolveOptions(flags, deps.env, { now: deps.clock.now(), cwd: deps.cwd });
  const reporter = createReporter(options, deps);
  const watchers = createMonitoring(options, deps);
  const waits = waiting(deps.interrupted);
  const source = await sourceOfRun(options, { ...deps, signal: waits.signal });
  const archive = await archiveOfRun(options, deps);
  let shown: RunReport | null = null;
  const show = async (report: RunReport): Promise<RunReport> => {
    shown ??= await reporter.finish(withPlaces(report, options, deps.cwd));
    return shown;
  };
  const world = scheduleDeps(options, deps, { emit: reporter.emit, waits, source, archive, watchers, show });
  // The schedule keeps its options with the run's record, where the addresses of monitoring have no business.
  const { monitoring, ...scheduleOptions } = options;
  const report = await show(await runSchedule(scheduleOptions, world, verdict).finally(source.close));
  for (const notice of await watchers.ended(report)) reporter.remark(notice);
  return report;
}

const verdict: Verdict = (report) => {
  const code = exitCode(report);
  return { exitCode: code, status: (['success', 'partial', 'critical'] as const)[code] };
};

// The same disk may be full, and the process's own exit code tells it all the same.
async function recordUntold(store: Store, shown: RunReport, error: ErrorDetails): Promise<void> {
  await failEndedRun(store.db, shown.runId, { ...verdict(shown), error }).catch(() => {});
}

interface RunParts {
  readonly emit: Emit;
  readonly waits: Waiting;
  readonly source: SourceOfRun;
  readonly archive: Archive | undefined;
  readonly watchers: Monitoring;
  readonly show: (report: RunReport) => Promise<RunReport>;
}

function scheduleDeps(options: RunOptions, deps: MainDeps, parts: RunParts): ScheduleDeps {
  const { emit, waits, source, archive, watchers, show } = parts;
  const { pause, sleep, stopwatch } = waits;
  const database = {
    path: options.dbPath,
    busyTimeoutMs: options.busyTimeoutMs,
    allowNetworkFs: options.allowNetworkFs,
  };
  return {
    openForRun: async () => {
      const store = await openForRun({ ...database, maxWaitMs: options.retry.maxWaitMs, sleep, stopwatch });
      await watchers.opened(store);
      return store;
    },
    async beforeClose(store, report) {
      // Shown first: those who watch the run are told the exit code, which a full disk under stdout decides.
      const shown = await show(report);
      if (shown.error !== null && report.error === null) await recordUntold(store, shown, shown.error);
      await watchers.closing(store, shown);
    },
    openToRead: () => openToRead(database),
    databaseExists: () => existsSync(options.dbPath),
    source: source.source,
    async checkSource() {
      await source.check();
      await archive?.prepare();
    },
    archive,
    clock: deps.clock,
    emit,
    pause,
    sleep,
    newRunId: deps.newRunId,
    host: deps.host,
    pid: deps.pid,
    version: deps.version,
  };
}
