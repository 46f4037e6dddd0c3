import type { Bench } from './bench-context.ts';
import { runProcess } from './process-run.ts';
import type { StartUpResult } from './results.ts';
import { median, ratioOf } from './statistics.ts';

const RUNS_PER_ROUND = 5;

/** How long the command takes that has nothing to do, against a Node process that does nothing. */
export async function measureStartUp(bench: Bench): Promise<StartUpResult[]> {
  bench.progress('start-up');
  const commands: ReadonlyArray<readonly [name: string, args: readonly string[]]> = [
    ['node -e 0', ['-e', '0']],
    ['--help', [bench.command, '--help']],
    ['--version', [bench.command, '--version']],
  ];
  const seconds = new Map<string, number[]>(commands.map(([name]) => [name, []]));
  for (let run = 0; run < bench.rounds * RUNS_PER_ROUND; run++) {
    for (const [name, each] of commands) seconds.get(name)?.push((await runProcess(process.execPath, each)).seconds);
  }
  const nothing = seconds.get('node -e 0') ?? [];
  return [...seconds].map(([command, each]) => ({ command, seconds: median(each), ratio: ratioOf(each, nothing) }));
}
