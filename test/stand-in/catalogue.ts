import type { StandInRow } from './api-rows.ts';
import { shuffled } from './seeded-order.ts';

/** The rows of every data set, and what is listed of them. */
export interface Catalogue {
  /** Replaces all rows of a data set. */
  publish(rows: readonly StandInRow[], dataset?: string): void;
  /** Lists a partition that holds no rows. */
  listEmpty(weekStart: string, tierIdentifier: string): void;
  /** The rows of a data set in the order of `seed`. */
  rows(dataset: string, seed: number): readonly StandInRow[];
  /** The answer of the partitions endpoint, newest first. */
  partitions(): unknown;
}

export function createCatalogue(): Catalogue {
  const datasets = new Map<string, readonly StandInRow[]>();
  const emptyListed: [string, string][] = [];
  const recent = () => datasets.get('weeklySummary') ?? [];
  return {
    publish: (rows, dataset = 'weeklySummary') => void datasets.set(dataset, rows),
    listEmpty: (weekStart, tierIdentifier) => void emptyListed.push([weekStart, tierIdentifier]),
    rows: (dataset, seed) =>
      shuffled(dataset === 'weeklyDownloadDetails' ? downloadsOf(recent()) : (datasets.get(dataset) ?? []), seed),
    partitions() {
      const pairs = [...recent().map((row) => [row.weekStartDate, row.tierIdentifier]), ...emptyListed];
      const keys = [...new Set(pairs.map((pair) => JSON.stringify(pair)))].sort().reverse();
      return {
        datasetGroup: 'OTCMARKET',
        datasetName: 'WEEKLYSUMMARY',
        partitionFields: ['weekStartDate', 'tierIdentifier'],
        availablePartitions: keys.map((key) => ({ partitions: JSON.parse(key) })),
      };
    },
  };
}

function downloadsOf(rows: readonly StandInRow[]): StandInRow[] {
  const first = new Map<string, StandInRow>();
  for (const row of rows) first.set(JSON.stringify([row.weekStartDate, row.tierIdentifier, row.summaryTypeCode]), row);
  return [...first.values()];
}
