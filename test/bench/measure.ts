import type { Bench } from './bench-context.ts';
import type { Scenario } from './bench-options.ts';
import { checkCommand } from './command.ts';
import { measureLoads } from './load-scenario.ts';
import { describeMachine } from './machine.ts';
import { measureReading } from './reading-scenario.ts';
import type { LoadResult, Results } from './results.ts';
import { measureStartUp } from './startup-scenario.ts';
import { type Size, type Weeks, writeWeeks } from './weeks.ts';

/** What to measure: the scenarios, over so many weeks of a size. */
export interface Plan extends Omit<Bench, 'hasShell'> {
  readonly scenarios: readonly Scenario[];
  /** Ascending. */
  readonly weeks: readonly number[];
  readonly size: Size;
}

/** Makes the files, then measures. What needs the `sqlite3` program is left out where there is none. */
export async function measure(plan: Plan): Promise<Results> {
  await checkCommand(plan.command);
  const machine = describeMachine();
  const bench: Bench = { ...plan, hasShell: machine.shell !== null };
  const has = (scenario: Scenario): boolean => plan.scenarios.includes(scenario);
  const startUp = has('startup') ? await measureStartUp(bench) : [];
  const loads: LoadResult[] = [];
  if (has('load')) for (const count of plan.weeks) loads.push(await measureLoads(bench, weeksOf(plan, count)));
  const reading = has('reading') && bench.hasShell ? await measureMost(plan, bench) : null;
  return { machine, rounds: plan.rounds, startUp, loads, reading };
}

async function measureMost(plan: Plan, bench: Bench): Promise<Results['reading']> {
  const most = plan.weeks.at(-1) ?? 1;
  return { weeks: most, queries: await measureReading(bench, weeksOf(plan, most)) };
}

function weeksOf(plan: Plan, count: number): Weeks {
  plan.progress(`making the files of ${count} week${count === 1 ? '' : 's'}`);
  return writeWeeks(plan.dir, count, plan.size);
}
