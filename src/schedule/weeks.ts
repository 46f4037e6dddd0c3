import type { ErrorDetails } from '../domain/errors.ts';
import { partitionKey } from '../domain/partition.ts';
import { PIPELINES } from '../domain/stage.ts';
import type { WeekEnding } from '../domain/week.ts';
import { acceptedInputs, loadPartitionStates, type PartitionState } from '../store/partition-states.ts';
import type { Db } from '../store/schema.ts';
import { keepReadiness } from './keep-readiness.ts';
import type { StageReport, WeekReport } from './report.ts';
import { arm, itemKey, type RunContext, runStage, stops } from './run-context.ts';
import type { ScheduleOptions } from './schedule-options.ts';
import { partitionsOfWeek, tierSplitIsCurrent, weekPartition } from './tier-split-state.ts';
import { tierSplitOrder } from './work-orders.ts';

type TierSplit = WeekReport['tierSplit'];
type States = ReadonlyMap<string, PartitionState>;

/** Whether the calcs phase is among what the run was asked to do. */
export function runsCalcs(options: Pick<ScheduleOptions, 'onlyStage'>): boolean {
  return options.onlyStage === 'calc' || options.onlyStage === 'all';
}

/**
 * Computes the tier_split of those of `weeks` whose three tiers are accepted and whose split was not made from just
 * these captures (DESIGN section 4, "Calcs"). `woken` names items that keep the attempts they have spent; one that waits
 * for its next attempt is left alone. Returns false when `--fail-fast` ended it early.
 */
export async function runTierSplits(
  run: RunContext,
  weeks: readonly WeekEnding[],
  woken: ReadonlySet<string>,
): Promise<boolean> {
  if (!runsCalcs(run.options) || weeks.length === 0) return true;
  const states = await loadWeekStates(run.store.db, weeks);
  const keyOf = (week: WeekEnding) => itemKey(weekPartition(week), 'TIER_SPLIT');
  const due = weeks.filter(
    (week) => tierSplitStatus(week, states, run.options).status === 'planned' && !run.waiting.has(keyOf(week)),
  );
  await arm(
    run,
    due.filter((week) => !woken.has(keyOf(week))).map((week) => tierSplitOrder(week, run.options)),
  );
  for (const week of due) {
    if (stops(run, await runStage(run, weekPartition(week), 'TIER_SPLIT'))) return false;
  }
  return true;
}

/** What the store holds of the weeks' partitions and of what spans them. */
export function loadWeekStates(db: Db, weeks: readonly WeekEnding[]): Promise<Map<string, PartitionState>> {
  return loadPartitionStates(db, weeks.flatMap(partitionsOfWeek));
}

/** What there is to do for a week's tier_split, by what is stored: `planned` means it is due. */
export function tierSplitStatus(week: WeekEnding, states: States, options: ScheduleOptions): TierSplit {
  const state = states.get(partitionKey(weekPartition(week)));
  const stored = {
    captureId: state?.accepted?.captureId ?? null,
    rowCount: state?.stages.get('TIER_SPLIT')?.rowCount ?? null,
    error: null,
  };
  const inputs = acceptedInputs(week, states);
  if (inputs === null) return { status: 'awaited', captureId: null, rowCount: null, error: null };
  if (!options.force && state?.cancelled.has(PIPELINES.TIER_SPLIT)) return { status: 'cancelled', ...stored };
  const recompute = options.force && options.onlyStage === 'calc';
  if (tierSplitIsCurrent(state, inputs) && !recompute) return { status: 'current', ...stored };
  if (!runsCalcs(options)) return { status: 'not_selected', ...stored };
  const newest = state?.accepted;
  if (newest != null && options.runDate < newest.runDate) {
    return { ...stored, status: 'blocked', error: newerSplit(options.runDate, newest.captureId) };
  }
  return { status: 'planned', ...stored };
}

/** The report of every week, after the phases; keeps the weeks' readiness where it changed. */
export async function reportWeeks(run: RunContext): Promise<WeekReport[]> {
  const { db } = run.store;
  const { weeks } = run.options;
  const states = await loadWeekStates(db, weeks);
  const readiness = await keepReadiness(run, states);
  return weeks.map((weekEnding) => {
    const ran = run.log.stageOf(weekPartition(weekEnding), 'TIER_SPLIT');
    const stored = tierSplitStatus(weekEnding, states, run.options);
    return {
      weekEnding,
      tierSplit: ran === undefined ? unran(stored) : ranSplit(ran, stored),
      readiness: readiness.get(weekEnding) ?? { ready: false, blockers: [], awaitedUntil: null },
    };
  });
}

// A split that was due and did not run was left out by a run that ended early.
function unran(stored: TierSplit): TierSplit {
  return stored.status === 'planned' ? { ...stored, status: 'not_attempted' } : stored;
}

function ranSplit(ran: StageReport, stored: TierSplit): TierSplit {
  if (ran.status === 'complete') return { ...stored, status: 'computed', rowCount: ran.rowCount };
  const status = ran.status === 'deferred' || ran.status === 'planned' ? 'blocked' : ran.status;
  return { ...stored, status, error: ran.error };
}

function newerSplit(runDate: string, newest: string): ErrorDetails {
  return {
    code: 'newer_capture',
    message: `the run date ${runDate} is before the newest tier_split, ${newest}, which stays as it is`,
    hint: 'leave --run-date out, or give one that is not before that capture',
  };
}
