import { partitionKey } from '../domain/partition.ts';
import { TIERS } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import { emptyState, type PartitionState } from '../store/partition-states.ts';
import type { Store } from '../store/store.ts';
import type { PlannedPartition } from './action.ts';
import { readinessOfWeeks } from './keep-readiness.ts';
import type { WeekReport } from './report.ts';
import type { ScheduleOptions } from './schedule-options.ts';
import { partitionsOfWeek } from './tier-split-state.ts';
import { loadWeekStates, runsCalcs, tierSplitStatus } from './weeks.ts';

/** What is stored of the weeks' partitions, or nothing where there is no database. */
export async function statesToRead(
  store: Store | null,
  weeks: readonly WeekEnding[],
): Promise<Map<string, PartitionState>> {
  if (store !== null) return loadWeekStates(store.db, weeks);
  return new Map(weeks.flatMap(partitionsOfWeek).map((partition) => [partitionKey(partition), emptyState(partition)]));
}

/** The weeks of a dry run's report: what the run would do with tier_split, and readiness as it stands. */
export async function previewWeeks(
  store: Store | null,
  states: ReadonlyMap<string, PartitionState>,
  planned: readonly PlannedPartition[],
  options: ScheduleOptions,
): Promise<WeekReport[]> {
  const readiness = store === null ? null : await readinessOfWeeks(store.db, options.weeks, states, options);
  return options.weeks.map((weekEnding) => ({
    weekEnding,
    tierSplit: wouldSplit(weekEnding, states, planned, options)
      ? { status: 'planned', captureId: null, rowCount: null, error: null }
      : tierSplitStatus(weekEnding, states, options),
    readiness: readiness?.get(weekEnding) ?? { ready: false, blockers: ['nothing is captured'], awaitedUntil: null },
  }));
}

// Whether the run would accept a capture of the week, and have all three tiers accepted then.
function wouldSplit(
  weekEnding: WeekEnding,
  states: ReadonlyMap<string, PartitionState>,
  planned: readonly PlannedPartition[],
  options: ScheduleOptions,
): boolean {
  const accepting = planned.filter(
    ({ partition, stages }) => partition.weekEnding === weekEnding && stages.includes('NORMALIZED'),
  );
  if (!runsCalcs(options) || accepting.length === 0) return false;
  return TIERS.every(
    (tier) =>
      accepting.some(({ partition }) => partition.tier === tier) ||
      states.get(partitionKey({ weekEnding, tier }))?.accepted != null,
  );
}
