import type { CalendarDate } from '../domain/calendar-date.ts';
import { fromDbInstant } from '../domain/clock.ts';
import { partitionKey } from '../domain/partition.ts';
import { TIERS, type Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import { WORK_STATES, type WorkState } from '../domain/work-state.ts';
import type { PublicationRules } from '../finra/publication.ts';
import { lookedAfter } from '../schedule/looked-after.ts';
import { openAnomalies } from '../store/anomaly-queries.ts';
import { countOpenAnomalies, countWorkItems, newestAcceptance, runHistory } from '../store/metric-queries.ts';
import { loadPartitionStates } from '../store/partition-states.ts';
import type { Db, Severity } from '../store/schema.ts';
import { type ListedItem, listItems } from '../store/work-queries.ts';
import { type StoredFacts, standingOf } from './partition-standing.ts';
import { type RunTotals, totalsOfRuns } from './run-totals.ts';
import { sourceFaults } from './source-faults.ts';
import { decisiveStage, isGap, type StageStanding, type StageState } from './stage-states.ts';

const SEVERITIES = ['INFO', 'WARN', 'ERROR', 'CRITICAL'] as const satisfies readonly Severity[];

/**
 * `incomplete`: a stage of the captured data is missing or stale. `failed`: its source could not be used, or a stage
 * failed or waits for another attempt. `rejected`: the newest capture breached a gate. `cancelled`: left alone on purpose.
 */
export const PARTITION_CONDITIONS = [
  'complete',
  'incomplete',
  'failed',
  'rejected',
  'awaiting',
  'late',
  'missing',
  'cancelled',
] as const;

export type PartitionCondition = (typeof PARTITION_CONDITIONS)[number];

/** What metrics tell of a database: its runs, and how its data stands. */
export interface MetricFigures extends RunTotals, DataFigures {}

export interface DataFigures {
  readonly partitions: Readonly<Record<PartitionCondition, number>>;
  /** Partitions that are due and not complete, by the same rule as those of `readStatus`. */
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

/** The figures of a database at the end of a run; partitions are those that are looked after. */
export async function gatherFigures(db: Db, scope: MetricScope): Promise<MetricFigures> {
  const standings = await standingsOf(db, scope);
  const conditions = standings.map(conditionOf);
  const items = await countWorkItems(db);
  const anomalies = await countOpenAnomalies(db);
  const accepted = await newestAcceptance(db);
  return {
    ...totalsOfRuns(await runHistory(db)),
    partitions: tally(PARTITION_CONDITIONS, (each) => conditions.filter((condition) => condition === each).length),
    gaps: standings.filter((stages) => stages.some(({ state }) => isGap(state))).length,
    workItems: tally(WORK_STATES, (state) => items.get(state) ?? 0),
    anomalies: tally(SEVERITIES, (severity) => anomalies.get(severity) ?? 0),
    captureAgeSeconds: tally(TIERS, (tier) => {
      const newest = accepted.get(tier);
      return newest === undefined ? 0 : Math.max(0, scope.at.getTime() - fromDbInstant(newest).getTime()) / 1000;
    }),
  };
}

async function standingsOf(db: Db, scope: MetricScope): Promise<StageStanding[][]> {
  const partitions = await lookedAfter(db, scope);
  const facts: StoredFacts = {
    states: await loadPartitionStates(db, partitions),
    items: await decidingItems(db),
    sourceFaults: sourceFaults(await openAnomalies(db)),
  };
  return partitions.map((partition) => standingOf(partition, facts, scope));
}

const DECIDING = ['RUNNING', 'RETRY_WAIT', 'FAILED', 'CANCELLED'] as const satisfies readonly WorkState[];

// Of years of weeks nearly all are complete; the others are few.
async function decidingItems(db: Db): Promise<Map<string, ListedItem[]>> {
  const byKey = new Map<string, ListedItem[]>();
  for (const state of DECIDING) {
    for (const item of await listItems(db, { state })) {
      const key = partitionKey(item.partition);
      byKey.set(key, [...(byKey.get(key) ?? []), item]);
    }
  }
  return byKey;
}

const CONDITIONS: Readonly<Record<StageState, PartitionCondition>> = {
  complete: 'complete',
  awaiting: 'awaiting',
  late: 'late',
  missing: 'missing',
  pending: 'incomplete',
  stale: 'incomplete',
  waiting: 'incomplete',
  running: 'incomplete',
  retry_wait: 'failed',
  failed: 'failed',
  rejected: 'rejected',
  cancelled: 'cancelled',
};

/** How a partition stands, by how its stages do. */
export function conditionOf(stages: readonly StageStanding[]): PartitionCondition {
  return CONDITIONS[decisiveStage(stages)?.state ?? 'complete'];
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return tally(keys, () => 0);
}

function tally<K extends string>(keys: readonly K[], amount: (key: K) => number): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, amount(key)])) as Record<K, number>;
}
