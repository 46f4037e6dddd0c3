import type { CalendarDate } from '../domain/calendar-date.ts';
import { type Partition, partitionKey } from '../domain/partition.ts';
import { type PublicationRules, publicationState } from '../finra/publication.ts';
import type { OpenAnomaly } from '../store/anomaly-queries.ts';
import { emptyState, type PartitionState } from '../store/partition-states.ts';
import type { ListedItem } from '../store/work-queries.ts';
import { type StageStanding, tierStageStates } from './stage-states.ts';

/** What the store says of partitions, by partition key. */
export interface StoredFacts {
  readonly states: ReadonlyMap<string, PartitionState>;
  /** Those that are COMPLETE or PENDING decide nothing, and may be left out. */
  readonly items: ReadonlyMap<string, readonly ListedItem[]>;
  /** What the last plan found wrong with the source. */
  readonly sourceFaults: ReadonlyMap<string, string>;
}

/** How the five stages of a week and tier stand; `status` and the metrics both judge by this. */
export function standingOf(
  partition: Partition,
  { states, items, sourceFaults }: StoredFacts,
  on: { readonly runDate: CalendarDate; readonly publication: PublicationRules },
): StageStanding[] {
  const key = partitionKey(partition);
  const publication = publicationState(partition, on.runDate, on.publication);
  return tierStageStates(
    states.get(key) ?? emptyState(partition),
    publication,
    items.get(key) ?? [],
    sourceFaults.get(key),
  );
}

/** What is wrong with the source of each partition, by the open anomalies. */
export function sourceFaultsOf(anomalies: readonly OpenAnomaly[]): Map<string, string> {
  return new Map(anomalies.flatMap(sourceFaultOf));
}

// A source that is ambiguous, unreadable or empty fails the plan before there is a work item to say so. What is missing
// shows by itself.
function sourceFaultOf({ severity, category, partition, stage, message }: OpenAnomaly): Array<[string, string]> {
  const isFault = stage === 'RAW' && (severity === 'ERROR' || severity === 'CRITICAL') && category !== 'SOURCE_MISSING';
  return isFault && partition !== null ? [[partitionKey(partition), message]] : [];
}
