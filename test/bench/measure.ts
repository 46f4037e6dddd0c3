import type { Bench } from './bench-context.ts';
import type { Scenario } from './bench-options.ts';
import { checkCommand } from './command.ts';
import { measureLoads } from './load-scenario.ts';
import { describeMachine } from './machine.ts';
import { measureReading } from './reading-scenario.ts';
import type { Results } from './results.ts';
import { measureStartUp } from './startup-scenario.ts';
import { type Size, writeWeeks } from './weeks.ts';

/** What to measure: the scenarios, over so many weeks of a size. */
export interface Plan extends Omit<Bench, 'hasShell'> {
  readonly scenarios: readonly Scenario[];
  /** Ascending. */
  readonly weeks: readonly number[];
  readonly size: Size;
}

/** Makes the files, then measures. What needs the `sqlite3` program is left out where there is none. */
export function measure(plan: Plan): Results {
  checkCommand(plan.command);
  const machine = describeMachine();
  const bench: Bench = { ...plan, hasShell: machine.shell !== null };
  const has = (scenario: Scenario): boolean => plan.scenarios.includes(scenario);
  const weeksOf = (count: number) => {
    plan.progress(`making the files of ${count} weeks`);
    return writeWeeks(plan.dir, count, plan.size);
  };
  const most = plan.weeks.at(-1) ?? 1;
  return {
    machine,
    rounds: plan.rounds,
    startUp: has('startup') ? measureStartUp(bench) : [],
    loads: has('load') ? plan.weeks.map((count) => measureLoads(bench, weeksOf(count))) : [],
    reading: has('reading') && bench.hasShell ? { weeks: most, queries: measureReading(bench, weeksOf(most)) } : null,
  };
}
