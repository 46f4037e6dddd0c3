import { fromDbInstant, toDbInstant } from '../domain/clock.ts';
import { wakeItem } from '../store/work-items.ts';
import type { PlannedPartition } from './action.ts';
import { runPhases } from './phases.ts';
import { earliestAttempt, itemKey, type RunContext } from './run-context.ts';
import { runTierSplits } from './weeks.ts';

/**
 * Goes on with items that wait for their next attempt, each at its time, until none waits or `--max-wait` is over since
 * the phases ended; what was mended goes through its later phases (DESIGN section 6). The rest is left to the next run.
 */
export async function retryWaiting(run: RunContext, planned: readonly PlannedPartition[]): Promise<void> {
  const deadline = run.deps.clock.now().getTime() + run.options.retry.maxWaitMs;
  for (;;) {
    const next = await earliestAttempt(run);
    if (next === null || fromDbInstant(next).getTime() > deadline) return;
    run.deps.emit({ type: 'waiting', until: next, items: run.waiting.size });
    await run.deps.sleep(Math.max(0, fromDbInstant(next).getTime() - run.deps.clock.now().getTime()));
    const again = planned.flatMap((line) => remainder(run, line));
    await wakeWaiting(run);
    if (!(await runPhases(run, again))) return;
    if (!(await runTierSplits(run))) return;
  }
}

/** A planned partition from its waiting stage on; none when it does not wait. */
function remainder(run: RunContext, line: PlannedPartition): PlannedPartition[] {
  const first = line.stages.findIndex((stage) => run.waiting.has(itemKey(line.partition, stage)));
  return first === -1 ? [] : [{ ...line, stages: line.stages.slice(first) }];
}

async function wakeWaiting(run: RunContext): Promise<void> {
  const now = toDbInstant(run.deps.clock.now());
  await run.store.db.transaction().execute(async (trx) => {
    for (const item of run.waiting.values()) await wakeItem(trx, item.id, now);
  });
  run.waiting.clear();
}
