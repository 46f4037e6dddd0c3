import type { CalendarDate } from '../domain/calendar-date.ts';
import { fromDbInstant } from '../domain/clock.ts';
import { partitionKey } from '../domain/partition.ts';
import { PIPELINES } from '../domain/stage.ts';
import { TIERS, type Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import { WORK_STATES, type WorkState } from '../domain/work-state.ts';
import { type PublicationRules, type PublicationState, publicationState } from '../finra/publication.ts';
import { pendingStages } from '../schedule/plan.ts';
import { openAnomalies } from '../store/anomaly-queries.ts';
import {
  capturedTiers,
  countOpenAnomalies,
  countWorkItems,
  knownWeeks,
  newestAcceptance,
  runHistory,
} from '../store/metric-queries.ts';
import { emptyState, loadPartitionStates, type PartitionState } from '../store/partition-states.ts';
import type { Db, Severity } from '../store/schema.ts';
import { openItems } from '../store/waiting-items.ts';
import { type RunTotals, totalsOfRuns } from './run-totals.ts';
import { sourceFaults } from './source-faults.ts';

const SEVERITIES = ['INFO', 'WARN', 'ERROR', 'CRITICAL'] as const satisfies readonly Severity[];

/**
 * `failed`: what the source has could not be taken. `rejected`: the newest capture breached a gate. `incomplete`: a stage
 * of the captured data is missing or stale.
 */
export const PARTITION_CONDITIONS = [
  ...(['complete', 'incomplete', 'failed', 'rejected'] as const),
  ...(['awaiting', 'late', 'missing'] as const),
] as const;

export type PartitionCondition = (typeof PARTITION_CONDITIONS)[number];

/** What metrics tell of a database: its runs, and how its data stands. */
export interface MetricFigures extends RunTotals, DataFigures {}

export interface DataFigures {
  readonly partitions: Readonly<Record<PartitionCondition, number>>;
  /** Partitions in want of attention: neither complete nor only expected. */
  readonly gaps: number;
  readonly workItems: Readonly<Record<WorkState, number>>;
  /** Open anomalies. */
  readonly anomalies: Readonly<Record<Severity, number>>;
  /** Since the newest accepted capture of the tier; 0 before the first. */
  readonly captureAgeSeconds: Readonly<Record<Tier, number>>;
}

/** The figures of a database in which nothing ever happened. */
export const NO_DATA: DataFigures = {
  partitions: zeros(PARTITION_CONDITIONS),
  gaps: 0,
  workItems: zeros(WORK_STATES),
  anomalies: zeros(SEVERITIES),
  captureAgeSeconds: zeros(TIERS),
};

/** What the figures are taken of, and as of when. */
export interface MetricScope {
  readonly weeks: readonly WeekEnding[];
  readonly tiers: readonly Tier[];
  readonly runDate: CalendarDate;
  readonly publication: PublicationRules;
  /** When the run ended. */
  readonly at: Date;
}

/**
 * The figures of a database at the end of a run. Partitions are those of every week that a run was ever asked for, in
 * the run's own tiers and all captured ones, so that a gap does not go away by falling out of the window.
 */
export async function gatherFigures(db: Db, scope: MetricScope): Promise<MetricFigures> {
  const conditions = await conditionsOf(db, scope);
  const items = await countWorkItems(db);
  const anomalies = await countOpenAnomalies(db);
  const accepted = await newestAcceptance(db);
  return {
    ...totalsOfRuns(await runHistory(db)),
    partitions: tally(PARTITION_CONDITIONS, (each) => conditions.filter((condition) => condition === each).length),
    gaps: conditions.filter((condition) => !NO_GAP.includes(condition)).length,
    workItems: tally(WORK_STATES, (state) => items.get(state) ?? 0),
    anomalies: tally(SEVERITIES, (severity) => anomalies.get(severity) ?? 0),
    captureAgeSeconds: tally(TIERS, (tier) => {
      const newest = accepted.get(tier);
      return newest === undefined ? 0 : Math.max(0, scope.at.getTime() - fromDbInstant(newest).getTime()) / 1000;
    }),
  };
}

const NO_GAP: readonly PartitionCondition[] = ['complete', 'awaiting', 'late'];

async function conditionsOf(db: Db, scope: MetricScope): Promise<PartitionCondition[]> {
  const weeks = [...new Set([...(await knownWeeks(db)), ...scope.weeks])];
  const tiers = [...new Set([...scope.tiers, ...(await capturedTiers(db))])];
  const partitions = weeks.flatMap((weekEnding) => tiers.map((tier) => ({ weekEnding, tier })));
  const states = await loadPartitionStates(db, partitions);
  const waiting = (await openItems(db, partitions)).filter(
    ({ pipeline, state }) => pipeline === PIPELINES.RAW && state === 'RETRY_WAIT',
  );
  const untaken = new Set([
    ...sourceFaults(await openAnomalies(db)).keys(),
    ...waiting.map(({ partition }) => partitionKey(partition)),
  ]);
  return partitions.map((partition) => {
    const key = partitionKey(partition);
    const publication = publicationState(partition, scope.runDate, scope.publication);
    return conditionOf(states.get(key) ?? emptyState(partition), publication, untaken.has(key));
  });
}

/**
 * How a partition stands, by what is stored of it, whether FINRA has published it, and whether what its source has
 * `isUntaken`, for a fault that is not mended yet.
 */
export function conditionOf(
  state: PartitionState,
  publication: PublicationState,
  isUntaken: boolean,
): PartitionCondition {
  // As in the status, what an operator cancelled is left alone.
  if (isUntaken && !state.cancelled.has(PIPELINES.RAW)) return 'failed';
  if (state.newest === null) return publication === 'due' ? 'missing' : publication;
  if (state.newest.state === 'rejected') return 'rejected';
  return pendingStages(state).length === 0 ? 'complete' : 'incomplete';
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return tally(keys, () => 0);
}

function tally<K extends string>(keys: readonly K[], amount: (key: K) => number): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, amount(key)])) as Record<K, number>;
}
