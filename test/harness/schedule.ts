import { randomUUID } from 'node:crypto';
import { exitCode } from '../../src/cli/exit-code.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { resolveOptions } from '../../src/cli/resolve-options.ts';
import type { RunOptions } from '../../src/cli/run-options.ts';
import type { RunReport } from '../../src/schedule/report.ts';
import { runSchedule } from '../../src/schedule/run.ts';
import type { ScheduleDeps } from '../../src/schedule/schedule-deps.ts';
import { checkDataDir, fileSource } from '../../src/sources/file-source.ts';
import type { Source } from '../../src/sources/source.ts';
import { openForRun, openToRead } from '../../src/store/sqlite/open-store.ts';
import type { Store } from '../../src/store/store.ts';

/** The time of a test, which only sleeping moves on. */
export interface Hours {
  now(): Date;
  /** How long was slept, each time, in milliseconds. */
  readonly naps: number[];
  /** Moves the time on. */
  pass(milliseconds: number): void;
}

/** Time that stands still at noon of 2026-06-01 until somebody sleeps or lets it pass. */
export function standingTime(): Hours {
  let time = Date.parse('2026-06-01T12:00:00.000Z');
  const naps: number[] = [];
  return {
    naps,
    now: () => new Date(time),
    pass: (milliseconds) => {
      time += milliseconds;
    },
  };
}

/** What a test puts in the place of a part of the run's world. */
export interface Doubles extends Partial<Omit<ScheduleDeps, 'source' | 'openForRun' | 'clock'>> {
  /** Made of the file source that the options name. */
  readonly source?: (files: Source) => Source;
  /** Made of the store that the options name. */
  readonly store?: (store: Store) => Store;
}

/** Runs the schedule inside the test's own process, with real files and a real database but for the `doubles`. */
export async function runScheduled(args: readonly string[], hours: Hours, doubles: Doubles = {}): Promise<RunReport> {
  const options = optionsOf(args, hours.now());
  const { source = (files) => files, store = (opened) => opened, ...others } = doubles;
  const sleep = async (milliseconds: number) => {
    hours.naps.push(milliseconds);
    hours.pass(milliseconds);
  };
  const database = { path: options.dbPath, busyTimeoutMs: 0, allowNetworkFs: true };
  const files = source(fileSource(options));
  const deps: ScheduleDeps = {
    openForRun: async () => {
      const { maxWaitMs } = options.retry;
      return store(await openForRun({ ...database, maxWaitMs, sleep, stopwatch: () => hours.now().getTime() }));
    },
    openToRead: () => openToRead(database),
    databaseExists: () => true,
    source: () => files,
    checkSource: () => checkDataDir(options.dataDir),
    clock: hours,
    emit: () => {},
    pause: async () => {},
    sleep,
    newRunId: randomUUID,
    host: 'test-host',
    pid: 4711,
    version: '0.0.0-test',
    ...others,
  };
  return runSchedule(options, deps, (report) => {
    const code = exitCode(report);
    return { exitCode: code, status: (['success', 'partial', 'critical'] as const)[code] };
  });
}

function optionsOf(args: readonly string[], now: Date): RunOptions {
  let options: RunOptions | undefined;
  const sink = { write: () => true };
  const action = (flags: Parameters<typeof resolveOptions>[0]) => {
    options = resolveOptions(flags, {}, { now, cwd: '/nowhere' });
  };
  buildProgram({ version: '0.0.0-test', stdout: sink, stderr: sink, action }).parse([...args], { from: 'user' });
  if (options === undefined) throw new Error('these arguments start no run');
  return options;
}
