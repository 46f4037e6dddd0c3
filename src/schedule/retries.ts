import { type DbInstant, fromDbInstant, toDbInstant } from '../domain/clock.ts';
import { samePartition } from '../domain/partition.ts';
import { wakeItem } from '../store/work-items.ts';
import type { PlannedPartition } from './action.ts';
import { keepReadiness } from './keep-readiness.ts';
import { runPhases } from './phases.ts';
import { itemKey, type RunContext, type WaitingItem, waitingAttempts } from './run-context.ts';
import { weekPartition } from './tier-split-state.ts';
import { readAgain } from './unread.ts';
import { loadWeekStates, runTierSplits } from './weeks.ts';

/**
 * Goes on with items that wait for their next attempt, each at its time, until none waits or `--max-wait` is over since
 * the phases ended; what was mended goes through its later phases (DESIGN section 6). The rest is left to the next run.
 */
export async function retryWaiting(run: RunContext, planned: readonly PlannedPartition[]): Promise<void> {
  const deadline = run.deps.clock.now().getTime() + run.options.retry.maxWaitMs;
  let lines = planned;
  for (;;) {
    const waiting = await waitingAttempts(run);
    const [first] = waiting;
    if (first === undefined || fromDbInstant(first.nextAttemptAt).getTime() > deadline) return;
    // Weeks that are done need not wait with the others.
    await keepReadiness(run, await loadWeekStates(run.store.db, run.options.weeks));
    run.deps.emit({ type: 'waiting', until: first.nextAttemptAt, items: waiting.length });
    await run.deps.sleep(Math.max(0, fromDbInstant(first.nextAttemptAt).getTime() - run.deps.clock.now().getTime()));

    const due = dueAttempts(run, waiting, first.nextAttemptAt);
    const woken = new Set(due.map(({ key }) => key));
    await wake(run, due);
    const again = await readAgain(
      run,
      lines.flatMap((line) => remainder(line, woken)),
    );
    lines = lines.map((line) => again.find(({ partition }) => samePartition(partition, line.partition)) ?? line);
    if (!(await runPhases(run, again))) return;
    const weeks = run.options.weeks.filter(
      (week) =>
        woken.has(itemKey(weekPartition(week), 'TIER_SPLIT')) ||
        again.some(({ partition }) => partition.weekEnding === week),
    );
    if (!(await runTierSplits(run, weeks, woken))) return;
  }
}

/** A planned partition from its woken stage on; none when it was not woken. */
function remainder(line: PlannedPartition, woken: ReadonlySet<string>): PlannedPartition[] {
  const first = line.stages.findIndex((stage) => woken.has(itemKey(line.partition, stage)));
  return first === -1 ? [] : [{ ...line, stages: line.stages.slice(first) }];
}

// A timer may ring a moment early: what was slept for is due in any case.
function dueAttempts(run: RunContext, waiting: readonly WaitingItem[], sleptFor: DbInstant): WaitingItem[] {
  const now = toDbInstant(run.deps.clock.now());
  return waiting.filter(({ nextAttemptAt }) => nextAttemptAt <= now || nextAttemptAt <= sleptFor);
}

async function wake(run: RunContext, due: readonly WaitingItem[]): Promise<void> {
  const now = toDbInstant(run.deps.clock.now());
  await run.store.db.transaction().execute(async (trx) => {
    for (const { item } of due) await wakeItem(trx, item.id, now);
  });
  for (const { key } of due) run.waiting.delete(key);
}
