import { toDbInstant } from '../domain/clock.ts';
import { partitionKey } from '../domain/partition.ts';
import { type Stage, stageOf } from '../domain/stage.ts';
import { resolveFaults } from '../store/anomalies.ts';
import type { PartitionState } from '../store/partition-states.ts';
import { completeOpenItem, type OpenItem, openItems } from '../store/waiting-items.ts';
import { wakeItem } from '../store/work-items.ts';
import type { PlannedPartition } from './action.ts';
import { pendingStages } from './plan.ts';
import type { RunContext } from './run-context.ts';
import { looksAtSource, type ScheduleOptions } from './schedule-options.ts';
import { weekPartition } from './tier-split-state.ts';
import { tierSplitStatus } from './weeks.ts';

type States = ReadonlyMap<string, PartitionState>;

/**
 * Settles the work items that earlier runs or operators left open, and that `planned` does without: complete where what
 * they would make is stored and current, by the manifest and, for an ingest, by the source; an ingest for which the
 * source has nothing yet waits no longer for its next attempt. `states` are those that the plan was made from.
 */
export async function settleLeftovers(
  run: RunContext,
  planned: readonly PlannedPartition[],
  states: States,
): Promise<void> {
  const lines = new Map(planned.map((line) => [partitionKey(line.partition), line]));
  const splits = currentSplits(planned, states, run.options);
  const partitions = [...planned.map(({ partition }) => partition), ...splits.map(weekPartition)];
  const endings = (await openItems(run.store.db, partitions)).flatMap((item) => {
    const stage = stageOf(item.pipeline);
    const line = lines.get(partitionKey(item.partition));
    const ending = line === undefined ? 'complete' : endingOf(item.state, stage, line, states, run.options);
    return ending === null ? [] : [{ item, stage, ending }];
  });
  if (endings.length === 0) return;
  const now = toDbInstant(run.deps.clock.now());
  await run.store.db.transaction().execute(async (trx) => {
    for (const { item, stage, ending } of endings) {
      if (ending === 'wake') await wakeItem(trx, item.id, now);
      else await completeOpenItem(trx, item, run.executor.worker, now);
      // What an ingest left is the plan's to resolve; a normalize that is current may have left remarks that hold.
      if (item.state === 'PENDING' || stage === 'RAW' || stage === 'NORMALIZED') continue;
      const at = { partition: item.partition, stage, runId: run.runId, now };
      await resolveFaults(trx, at, [], 'its result is current');
    }
  });
}

type Ending = 'complete' | 'wake';

function endingOf(
  state: OpenItem['state'],
  stage: Stage,
  line: PlannedPartition,
  states: States,
  options: ScheduleOptions,
): Ending | null {
  if (line.stages.includes(stage)) return null;
  const isStored = line.action === 'skip' || line.action === 'resume';
  if (stage !== 'RAW') return isStored && isCurrent(stage, line, states) ? 'complete' : null;
  if (!looksAtSource(options)) return null;
  if (!isStored) return state === 'RETRY_WAIT' ? 'wake' : null;
  // A version that could not be taken is not forgotten because it was moved away.
  return state === 'FAILED' && line.sourceHas !== 'stored' ? null : 'complete';
}

function isCurrent(stage: Stage, { partition }: PlannedPartition, states: States): boolean {
  const state = states.get(partitionKey(partition));
  return state !== undefined && state.newest !== null && !pendingStages(state).includes(stage);
}

// The weeks whose tier split is current and stays so: none of their partitions is worked on.
function currentSplits(planned: readonly PlannedPartition[], states: States, options: ScheduleOptions) {
  return options.weeks.filter(
    (week) =>
      planned.every(({ partition, action }) => partition.weekEnding !== week || action === 'skip') &&
      tierSplitStatus(week, states, options).status === 'current',
  );
}
