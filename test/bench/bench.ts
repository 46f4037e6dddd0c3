import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchDocument } from './bench-document.ts';
import { type BenchOptions, readBenchOptions, USAGE } from './bench-options.ts';
import { type Judged, judge } from './goals.ts';
import { measure } from './measure.ts';
import { tablesOf } from './tables.ts';
import { FULL_SIZE } from './weeks.ts';

// The command that is measured gets the signal too and fails, which ends the benchmark with its folder removed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

try {
  const options = readBenchOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(USAGE);
  else process.exitCode = bench(options);
} catch (error) {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = 2;
}

function bench(options: BenchOptions): number {
  const { dir, check } = options;
  const place = dir ?? mkdtempSync(join(tmpdir(), 'finra-bench-'));
  mkdirSync(place, { recursive: true });
  try {
    const progress = (message: string): void => {
      process.stderr.write(`${message}\n`);
    };
    const results = measure({ ...options, dir: place, size: FULL_SIZE, progress });
    const goals = judge(results);
    process.stdout.write(options.json ? benchDocument(results, goals) : `${tablesOf(results, goals)}\n`);
    return check ? checked(goals, results.machine.shell !== null) : 0;
  } finally {
    if (dir === null) rmSync(place, { recursive: true, force: true });
  }
}

function checked(goals: readonly Judged[], hasShell: boolean): number {
  const failures = goals
    .filter(({ isTolerated }) => isTolerated === false)
    .map(({ name, value, tolerated }) => `${name}: ${value?.toFixed(2)}, where ${tolerated} is tolerated`);
  if (!hasShell) failures.push('the sqlite3 program is not installed, so that there is nothing to compare with');
  for (const failure of failures) process.stderr.write(`error: ${failure}\n`);
  return failures.length === 0 ? 0 : 1;
}
