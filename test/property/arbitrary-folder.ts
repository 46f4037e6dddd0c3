import fc from 'fast-check';
import type { Partition } from '../../src/domain/partition.ts';
import { TIERS } from '../../src/domain/tier.ts';
import { encodeOfficial } from '../generator/encode.ts';
import { fixtureFileName } from '../generator/fixture-paths.ts';
import type { OfficialRow } from '../generator/week.ts';
import type { Scenario } from '../harness/scenario.ts';
import { goodRows } from './arbitrary-rows.ts';

/** A partition and the rows of its file. */
export interface PartitionRows {
  readonly partition: Partition;
  readonly rows: readonly OfficialRow[];
}

const WEEKS = ['2025-12-12', '2025-12-05'];

/** The options of a run over every partition of `allPartitions`. */
export const WINDOW = `--weeks ${WEEKS.join(',')}`;

export const PARTITIONS: readonly Partition[] = WEEKS.flatMap((weekEnding) =>
  TIERS.map((tier) => ({ weekEnding, tier })),
);

/** Files of two weeks, three tiers each; a run costs little more for six files than for one. */
export function allPartitions(
  rowsOf: (tier: Partition['tier']) => fc.Arbitrary<OfficialRow[]> = goodRows,
): fc.Arbitrary<PartitionRows[]> {
  return fc.tuple(
    ...PARTITIONS.map((partition) => rowsOf(partition.tier).map((rows): PartitionRows => ({ partition, rows }))),
  );
}

/** Puts the files of `folder` into a scenario's data folder. */
export function writeFolder(
  { write }: Scenario,
  folder: readonly PartitionRows[],
  encode: (rows: readonly OfficialRow[]) => string = encodeOfficial,
): void {
  for (const { partition, rows } of folder) write(fixtureFileName(partition), encode(rows));
}
