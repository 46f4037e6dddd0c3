import { join } from 'node:path';
import type { Bench } from './bench-context.ts';
import { databaseBytes, removeDatabase, runStep, type Step } from './command.ts';
import { runProcess } from './process-run.ts';
import type { LoadResult, StepResult } from './results.ts';
import { loadWithShell } from './shell-load.ts';
import { median, type Ratio, ratioOf } from './statistics.ts';
import type { Weeks } from './weeks.ts';

const STEPS = ['first', 'shell', 'unchanged', 'revised', 'alone', 'forced'] as const satisfies StepResult['step'][];

type Measured = Step | 'shell' | 'node';
type Seconds = Readonly<Record<Measured, number[]>>;

/** A run that changes nothing is short, so each round takes several, in turn with `node -e 0`. */
const SHORT_RUNS = 4;

/**
 * Loads `weeks` into an empty database, runs again with nothing changed, with one tier revised and with `--force`, in
 * every round, and lets the shell do the first of it by turns.
 */
export async function measureLoads(bench: Bench, weeks: Weeks): Promise<LoadResult> {
  const places = {
    own: join(bench.dir, 'bench-own.db'),
    shell: join(bench.dir, 'bench-shell.db'),
    alone: join(bench.dir, 'bench-alone.db'),
  };
  const peaks = await peakMemory(bench, weeks, places.own);
  const seconds: Seconds = { first: [], unchanged: [], revised: [], forced: [], alone: [], shell: [], node: [] };
  const sizes = { own: 0, shell: 0 };

  const loads = {
    own: async (): Promise<void> => {
      removeDatabase(places.own);
      seconds.first.push((await runStep(bench.command, 'first', weeks, places.own)).seconds);
      sizes.own = databaseBytes(places.own);
    },
    shell: async (): Promise<void> => {
      removeDatabase(places.shell);
      const run = await loadWithShell(weeks, places.shell);
      seconds.shell.push(run.seconds);
      peaks.set('shell', run.peakBytes);
      sizes.shell = databaseBytes(places.shell);
    },
  };
  for (let round = 0; round < bench.rounds; round++) {
    bench.progress(`${weeks.count} weeks: round ${round + 1} of ${bench.rounds}`);
    const both = bench.hasShell ? [loads.own, loads.shell] : [loads.own];
    for (const load of round % 2 === 0 ? both : both.toReversed()) await load();
    for (let run = 0; run < SHORT_RUNS; run++) {
      seconds.unchanged.push((await runStep(bench.command, 'unchanged', weeks, places.own)).seconds);
      seconds.node.push((await runProcess(process.execPath, ['-e', '0'])).seconds);
    }
    seconds.revised.push((await runStep(bench.command, 'revised', weeks, places.own)).seconds);
    removeDatabase(places.alone);
    seconds.alone.push((await runStep(bench.command, 'alone', weeks, places.alone)).seconds);
    seconds.forced.push((await runStep(bench.command, 'forced', weeks, places.own)).seconds);
  }
  for (const place of Object.values(places)) removeDatabase(place);
  return { weeks: weeks.count, rows: weeks.rows, steps: stepsOf(weeks, seconds, peaks, sizes) };
}

// In a cycle of its own, untimed, for asking a process for its peak takes time too.
async function peakMemory(bench: Bench, weeks: Weeks, database: string): Promise<Map<Measured, number | null>> {
  bench.progress(`${weeks.count} weeks: peak memory`);
  removeDatabase(database);
  const peakFile = join(bench.dir, 'peak');
  const steps = ['first', 'unchanged', 'revised', 'forced'] as const;
  const peaks = new Map<Measured, number | null>();
  for (const step of steps) {
    peaks.set(step, (await runStep(bench.command, step, weeks, database, { peakFile })).peakBytes);
  }
  return peaks;
}

interface Sizes {
  readonly own: number;
  readonly shell: number;
}

function stepsOf(
  { rows, revisedRows }: Weeks,
  seconds: Seconds,
  peaks: ReadonlyMap<Measured, number | null>,
  sizes: Sizes,
): StepResult[] {
  const ratios: Readonly<Partial<Record<Measured, Ratio>>> = {
    unchanged: ratioOf(seconds.unchanged, seconds.node),
    revised: revisedRatio(seconds),
    forced: ratioOf(seconds.forced, seconds.first),
    ...(seconds.shell.length === 0 ? {} : { first: ratioOf(seconds.first, seconds.shell) }),
  };
  const taken = { first: rows, shell: rows, unchanged: 0, revised: revisedRows, alone: revisedRows, forced: rows };
  const size: Readonly<Partial<Record<Measured, number>>> = { first: sizes.own, shell: sizes.shell };
  return STEPS.filter((step) => seconds[step].length > 0).map((step) => {
    const bytes = size[step];
    return {
      step,
      rows: taken[step],
      seconds: median(seconds[step]),
      peakBytes: peaks.get(step) ?? null,
      bytesPerRow: bytes === undefined ? null : bytes / rows,
      ratio: ratios[step] ?? null,
    };
  });
}

// What the revised tier costs beyond a run that finds nothing changed, against the tier alone in a fresh database.
function revisedRatio({ revised, unchanged, alone }: Seconds): Ratio {
  const usual = median(unchanged);
  return ratioOf(
    revised.map((each) => each - usual),
    alone,
  );
}
