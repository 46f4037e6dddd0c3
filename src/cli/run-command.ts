import { existsSync } from 'node:fs';
import { FatalError } from '../domain/errors.ts';
import type { Emit } from '../schedule/events.ts';
import type { RunReport } from '../schedule/report.ts';
import { runSchedule } from '../schedule/run.ts';
import type { ScheduleDeps } from '../schedule/schedule-deps.ts';
import { checkDataDir, fileSource } from '../sources/file-source.ts';
import { openForRun, openToRead } from '../store/sqlite/open-store.ts';
import { exitCode } from './exit-code.ts';
import { jsonReport, jsonText } from './json-report.ts';
import { type MainDeps, terminalFor } from './main.ts';
import type { Flags } from './read-options.ts';
import { resolveOptions } from './resolve-options.ts';
import type { RunOptions } from './run-options.ts';
import { createTextReporter } from './text-report.ts';
import { waiting } from './waiting.ts';

/** The default command: one run or dry run, shown as it goes on. Throws FatalError for bad options. */
export async function runCommand(flags: Flags, deps: MainDeps): Promise<RunReport> {
  const options = resolveOptions(flags, deps.env, { now: deps.clock.now(), cwd: deps.cwd });
  const reporter = createReporter(options, deps);
  const report = await runSchedule(options, scheduleDeps(options, deps, reporter.emit), (result) => {
    const code = exitCode(result);
    return { exitCode: code, status: (['success', 'partial', 'critical'] as const)[code] };
  });
  reporter.finish(report);
  if (options.output.json) deps.stdout.write(jsonText(jsonReport(report)));
  return report;
}

// With --json the document is all of stdout; people are still told on stderr what went wrong.
function createReporter({ output }: RunOptions, { stdout, stderr, env }: MainDeps) {
  return createTextReporter({
    stdout: output.json ? { write: () => {} } : stdout,
    stderr,
    terminal: { stdout: terminalFor(stdout, env), stderr: terminalFor(stderr, env) },
    verbosity: output.quiet || output.json ? 'quiet' : output.verbose ? 'verbose' : 'normal',
  });
}

function scheduleDeps(options: RunOptions, deps: MainDeps, emit: Emit): ScheduleDeps {
  const database = {
    path: options.dbPath,
    busyTimeoutMs: options.busyTimeoutMs,
    allowNetworkFs: options.allowNetworkFs,
  };
  return {
    openForRun: () => openForRun(database),
    openToRead: () => openToRead(database),
    databaseExists: () => existsSync(options.dbPath),
    source: () => fileSource(options),
    checkSource: () => (options.source === 'file' ? checkDataDir(options.dataDir) : refuseApi()),
    clock: deps.clock,
    emit,
    ...waiting(deps.interrupted),
    newRunId: deps.newRunId,
    host: deps.host,
    pid: deps.pid,
    version: deps.version,
  };
}

async function refuseApi(): Promise<void> {
  throw new FatalError({
    code: 'source_not_available',
    message: '--source api: this version reads files only',
    hint: 'download the files and use --source file',
  });
}
