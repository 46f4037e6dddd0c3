import type { CalendarDate } from '../domain/calendar-date.ts';
import type { DbInstant } from '../domain/clock.ts';
import { type Partition, partitionKey, type StorePartition } from '../domain/partition.ts';
import type { Tier } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { WorkState } from '../domain/work-state.ts';
import { type Publication, type PublicationRules, publicationOf } from '../finra/publication.ts';
import { readinessOfWeeks } from '../schedule/keep-readiness.ts';
import { partitionsOfWeek, weekPartition } from '../schedule/tier-split-state.ts';
import { loadWeekStates } from '../schedule/weeks.ts';
import { type OpenAnomaly, openAnomalies } from '../store/anomaly-queries.ts';
import { loadManifest, type ManifestRow } from '../store/manifest-queries.ts';
import { emptyState } from '../store/partition-states.ts';
import type { Readiness } from '../store/readiness.ts';
import { lastRuns, lastSourceOptions, type RecordedRun } from '../store/run-queries.ts';
import type { CaptureState, Db } from '../store/schema.ts';
import { countItems, type ListedItem, listItems } from '../store/work-queries.ts';
import { type Gap, gapOf } from './gaps.ts';
import { type StoredFacts, standingOf } from './partition-standing.ts';
import { sourceFaults } from './source-faults.ts';
import { decisiveStage, isGap, type StageStanding, type StageState, tierSplitState } from './stage-states.ts';

/** What is asked of the store: a window, and what its absence means on which day. */
export interface StatusQuestion {
  readonly weeks: readonly WeekEnding[];
  readonly tiers: readonly Tier[];
  readonly runDate: CalendarDate;
  readonly publication: PublicationRules;
}

/** A stage with what the manifest says of it; the manifest's part is null where it was never made. */
export interface StageStatus extends StageStanding {
  readonly captureId: string | null;
  readonly rowCount: number | null;
  readonly updatedAt: DbInstant | null;
}

/** One week and tier. */
export interface PartitionStatus {
  readonly partition: Partition;
  /** That of its first gap, or else of its first stage that is not complete, or `complete`. */
  readonly state: StageState;
  readonly stages: readonly StageStatus[];
  /** The newest capture taken, whatever its state. */
  readonly captureId: string | null;
  readonly captureState: CaptureState | null;
  readonly rows: number | null;
  readonly rejects: number | null;
  readonly publication: Publication;
}

/** What spans the three tiers of a week. */
export interface WeekStatus {
  readonly weekEnding: WeekEnding;
  readonly tierSplit: StageStatus;
  readonly readiness: Readiness;
}

/** What is complete, what is missing, and what happened last. */
export interface Status {
  readonly partitions: readonly PartitionStatus[];
  readonly weeks: readonly WeekStatus[];
  /** What is due and not complete, in the order of the window. */
  readonly gaps: readonly Gap[];
  /** Newest first. */
  readonly runs: readonly RecordedRun[];
  /** What the last run that looked at its source was told of it; null when there was none. */
  readonly sourceOptions: RecordedRun['options'] | null;
  /** Of the whole database, as are the anomalies. */
  readonly workItems: Readonly<Record<WorkState, number>>;
  readonly anomalies: readonly OpenAnomaly[];
}

const RUNS_SHOWN = 5;

/** How the window stands, from one snapshot of the store; changes nothing. */
export function readStatus(db: Db, question: StatusQuestion): Promise<Status> {
  return db
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      const anomalies = await openAnomalies(trx);
      const known = await loadKnown(trx, question.weeks, anomalies);
      const readiness = await readinessOfWeeks(trx, question.weeks, known.states, question);
      const partitions = question.weeks.flatMap((weekEnding) =>
        question.tiers.map((tier) => partitionStatus({ weekEnding, tier }, known, question)),
      );
      const weeks = question.weeks.map((week) => weekStatus(week, known, readiness.get(week)));
      return {
        partitions,
        weeks,
        gaps: question.weeks.flatMap((week) => gapsOf(week, partitions, weeks)),
        runs: await lastRuns(trx, RUNS_SHOWN),
        sourceOptions: await lastSourceOptions(trx),
        workItems: await countItems(trx),
        anomalies,
      };
    });
}

/** What the store holds of the window's weeks, by partition key. */
interface Known extends StoredFacts {
  readonly manifest: Awaited<ReturnType<typeof loadManifest>>;
}

async function loadKnown(db: Db, weeks: readonly WeekEnding[], anomalies: readonly OpenAnomaly[]): Promise<Known> {
  const partitions = weeks.flatMap(partitionsOfWeek);
  const items = new Map<string, ListedItem[]>(partitions.map((each) => [partitionKey(each), []]));
  for (const item of await listItems(db, { partitions })) items.get(partitionKey(item.partition))?.push(item);
  const manifest = await loadManifest(db, partitions);
  return { states: await loadWeekStates(db, weeks), manifest, items, sourceFaults: sourceFaults(anomalies) };
}

function partitionStatus(partition: Partition, known: Known, question: StatusQuestion): PartitionStatus {
  const key = partitionKey(partition);
  const stored = known.states.get(key) ?? emptyState(partition);
  const standings = standingOf(partition, known, question);
  return {
    partition,
    state: decisiveStage(standings)?.state ?? 'complete',
    stages: standings.map((standing) => stageStatus(standing, known.manifest.get(key)?.get(standing.stage))),
    captureId: stored.newest?.captureId ?? null,
    captureState: stored.newest?.state ?? null,
    rows: stored.newest?.rawCount ?? null,
    rejects: stored.newest?.rejectCount ?? null,
    publication: publicationOf(partition, question.publication),
  };
}

function weekStatus(weekEnding: WeekEnding, known: Known, readiness: Readiness | undefined): WeekStatus {
  const key = partitionKey(weekPartition(weekEnding));
  const standing = tierSplitState(weekEnding, known.states.get(key), known.states, known.items.get(key) ?? []);
  return {
    weekEnding,
    tierSplit: stageStatus(standing, known.manifest.get(key)?.get('TIER_SPLIT')),
    readiness: readiness ?? { ready: false, blockers: [], awaitedUntil: null },
  };
}

function stageStatus(standing: StageStanding, made: ManifestRow | undefined): StageStatus {
  return {
    ...standing,
    captureId: made?.captureId ?? null,
    rowCount: made?.rowCount ?? null,
    updatedAt: made?.updatedAt ?? null,
  };
}

function gapsOf(week: WeekEnding, partitions: readonly PartitionStatus[], weeks: readonly WeekStatus[]): Gap[] {
  const tiers = partitions.flatMap(({ partition, stages, captureId, publication }) => {
    const first = decisiveStage(stages);
    if (partition.weekEnding !== week || first === null || !isGap(first.state)) return [];
    return [gapOf(partition, first, captureId, publication)];
  });
  const splits = weeks.flatMap(({ weekEnding, tierSplit }): Gap[] => {
    if (weekEnding !== week || !isGap(tierSplit.state)) return [];
    const partition: StorePartition = weekPartition(week);
    return [gapOf(partition, tierSplit, tierSplit.captureId, null)];
  });
  return [...tiers, ...splits];
}
