import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchDocument } from './bench-document.ts';
import { type BenchOptions, readBenchOptions, USAGE } from './bench-options.ts';
import { complaints, judge } from './goals.ts';
import { measure } from './measure.ts';
import { tablesOf } from './tables.ts';
import { FULL_SIZE } from './weeks.ts';

try {
  const options = readBenchOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(USAGE);
  else process.exitCode = await bench(options);
} catch (error) {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = 2;
}

async function bench(options: BenchOptions): Promise<number> {
  const results = await measure({ ...options, dir: placeOf(options.dir), size: FULL_SIZE, progress: say });
  const goals = judge(results);
  process.stdout.write(options.json ? benchDocument(results, goals) : `${tablesOf(results, goals)}\n`);
  if (!options.check) return 0;
  const failures = complaints(results, goals);
  for (const failure of failures) say(`error: ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

// A folder of the benchmark's own goes with the process, however that ends.
function placeOf(dir: string | null): string {
  if (dir !== null) {
    mkdirSync(dir, { recursive: true });
    return dir;
  }
  const place = mkdtempSync(join(tmpdir(), 'finra-bench-'));
  process.once('exit', () => rmSync(place, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));
  return place;
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}
