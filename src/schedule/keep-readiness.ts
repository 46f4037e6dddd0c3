import { toDbInstant } from '../domain/clock.ts';
import { partitionKey } from '../domain/partition.ts';
import type { WeekEnding } from '../domain/week.ts';
import { openErrors } from '../store/anomalies.ts';
import { acceptedInputs, type PartitionState } from '../store/partition-states.ts';
import { loadReadiness, type Readiness, recordReadiness } from '../store/readiness.ts';
import type { Db } from '../store/schema.ts';
import { readinessOf } from './readiness.ts';
import type { RunContext } from './run-context.ts';
import type { ScheduleOptions } from './schedule-options.ts';
import { partitionsOfWeek, tierSplitIsCurrent, weekPartition } from './tier-split-state.ts';

type States = ReadonlyMap<string, PartitionState>;
type Run = Pick<RunContext, 'store' | 'options' | 'deps'>;

/** The readiness of each week, computed from what is stored. */
export async function readinessOfWeeks(
  db: Db,
  weeks: readonly WeekEnding[],
  states: States,
  options: Pick<ScheduleOptions, 'runDate' | 'publication'>,
): Promise<Map<WeekEnding, Readiness>> {
  const errors = await openErrors(db, weeks.flatMap(partitionsOfWeek));
  return new Map(
    weeks.map((weekEnding) => {
      const keys = new Set(partitionsOfWeek(weekEnding).map(partitionKey));
      const inputs = acceptedInputs(weekEnding, states);
      const split = states.get(partitionKey(weekPartition(weekEnding)));
      return [
        weekEnding,
        readinessOf({
          weekEnding,
          states,
          tierSplitCurrent: inputs !== null && tierSplitIsCurrent(split, inputs),
          openErrors: errors.filter(({ partition_key }) => keys.has(partition_key)),
          runDate: options.runDate,
          publication: options.publication,
        }),
      ];
    }),
  );
}

/** Writes the readiness of the run's weeks where it is not what is stored of them, and returns all of it. */
export async function keepReadiness(run: Run, states: States): Promise<Map<WeekEnding, Readiness>> {
  const { db } = run.store;
  const { weeks } = run.options;
  const readiness = await readinessOfWeeks(db, weeks, states, run.options);
  const stored = await loadReadiness(db, weeks);
  const isKept = (week: WeekEnding, value: Readiness) => JSON.stringify(stored.get(week)) === JSON.stringify(value);
  await record(
    run,
    [...readiness].filter(([week, value]) => !isKept(week, value)),
  );
  return readiness;
}

/**
 * Before a run changes anything: of its weeks that are stored as ready, those are so no longer for which a calc has a new
 * version, or an anomaly was written by hand. What becomes ready waits for the run's end.
 */
export async function withdrawOutdated(run: Run, states: States): Promise<void> {
  const { db } = run.store;
  const stored = await loadReadiness(db, run.options.weeks);
  const ready = run.options.weeks.filter((week) => stored.get(week)?.ready === true);
  if (ready.length === 0) return;
  const readiness = await readinessOfWeeks(db, ready, states, run.options);
  await record(
    run,
    [...readiness].filter(([, value]) => !value.ready),
  );
}

async function record(run: Run, changed: ReadonlyArray<readonly [WeekEnding, Readiness]>): Promise<void> {
  if (changed.length === 0) return;
  const now = toDbInstant(run.deps.clock.now());
  await run.store.db.transaction().execute(async (trx) => {
    for (const [week, value] of changed) await recordReadiness(trx, week, value, now);
  });
}
