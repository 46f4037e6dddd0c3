import type { CalendarDate } from '../domain/calendar-date.ts';
import { type Partition, partitionKey } from '../domain/partition.ts';
import { type PublicationRules, publicationState } from '../finra/publication.ts';
import { emptyState, type PartitionState } from '../store/partition-states.ts';
import type { ListedItem } from '../store/work-queries.ts';
import { type StageStanding, tierStageStates } from './stage-states.ts';

/** What the store says of partitions, by partition key. */
export interface StoredFacts {
  readonly states: ReadonlyMap<string, PartitionState>;
  /** Those that are COMPLETE or PENDING decide nothing, and may be left out. */
  readonly items: ReadonlyMap<string, readonly ListedItem[]>;
  /** What keeps the source from being taken (`sourceFaults`). */
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
    sourceFaults.get(key) ?? null,
  );
}
