import { existsSync } from 'node:fs';
import type { Emit } from '../schedule/events.ts';
import type { RunReport } from '../schedule/report.ts';
import { runSchedule, type Verdict } from '../schedule/run.ts';
import type { ScheduleDeps } from '../schedule/schedule-deps.ts';
import type { Archive } from '../sources/archive/archive.ts';
import { openForRun, openToRead } from '../store/sqlite/open-store.ts';
import { archiveOfRun } from './archive-of-run.ts';
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
  const world = scheduleDeps(options, deps, { emit: reporter.emit, waits, source, archive, watchers });
  // The schedule keeps its options with the run's record, where the addresses of monitoring have no business.
  const { monitoring, ...scheduleOptions } = options;
  const report = await runSchedule(scheduleOptions, world, verdict).finally(source.close);
  reporter.finish(report);
  for (const notice of await watchers.ended(report)) reporter.remark(notice);
  return report;
}

const verdict: Verdict = (report) => {
  const code = exitCode(report);
  return { exitCode: code, status: (['success', 'partial', 'critical'] as const)[code] };
};

interface RunParts {
  readonly emit: Emit;
  readonly waits: Waiting;
  readonly source: SourceOfRun;
  readonly archive: Archive | undefined;
  readonly watchers: Monitoring;
}

function scheduleDeps(options: RunOptions, deps: MainDeps, parts: RunParts): ScheduleDeps {
  const { emit, waits, source, archive, watchers } = parts;
  const { pause, sleep, stopwatch } = waits;
  const database = {
    path: options.dbPath,
    busyTimeoutMs: options.busyTimeoutMs,
    allowNetworkFs: options.allowNetworkFs,
  };
  return {
    openForRun: async () => {
      const store = await openForRun({ ...database, sleep, stopwatch });
      await watchers.opened(store);
      return store;
    },
    beforeClose: (store, report) => watchers.closing(store, report),
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
