import type { Partition } from '../domain/partition.ts';
import type { PartitionState } from '../store/partition-states.ts';
import type { PlannedPartition } from './action.ts';
import { leftAloneNotices } from './left-alone.ts';
import { planWindow } from './plan.ts';
import type { RunLog } from './run-log.ts';
import type { ScheduleDeps } from './schedule-deps.ts';
import { looksAtSource, type ScheduleOptions } from './schedule-options.ts';
import { NOTHING_SURVEYED, type SurveyResult, surveySource } from './survey.ts';

type PlanDeps = Pick<ScheduleDeps, 'source' | 'pause'>;
type States = ReadonlyMap<string, PartitionState>;

/** The plan of the run's whole window; tells `deps.emit` and `log` of it. */
export async function makePlan(
  options: ScheduleOptions,
  deps: PlanDeps & Pick<ScheduleDeps, 'emit'>,
  log: RunLog,
  states: States,
): Promise<PlannedPartition[]> {
  const partitions: Partition[] = options.weeks.flatMap((weekEnding) =>
    options.tiers.map((tier) => ({ weekEnding, tier })),
  );
  const { planned, survey } = await planPartitions(options, deps, partitions, states);
  log.plan(planned, states);
  log.setUnmatched(survey.unmatched);
  deps.emit({ type: 'planned', partitions: planned, unmatched: survey.unmatched });
  const taken = new Set(planned.flatMap((line) => (line.action === 'ingest' ? [line.partition.weekEnding] : [])));
  const fileDates = survey.movedDates.filter(({ weekEnding }) => taken.has(weekEnding));
  for (const moved of [...options.movedDates, ...fileDates]) log.movedDate(moved);
  for (const notice of leftAloneNotices(planned)) log.notice(notice);
  return planned;
}

/** The plan of `partitions`, by a look at the source and what is stored. */
export async function planPartitions(
  options: ScheduleOptions,
  deps: PlanDeps,
  partitions: readonly Partition[],
  states: States,
): Promise<{ planned: PlannedPartition[]; survey: SurveyResult }> {
  const survey = looksAtSource(options)
    ? await surveySource(deps.source(options.source), partitions, states, options, deps.pause)
    : NOTHING_SURVEYED;
  return { planned: planWindow(partitions, survey.found, states, options), survey };
}
