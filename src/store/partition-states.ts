import type { CalendarDate } from '../domain/calendar-date.ts';
import { DOMAIN, partitionKey, type StorePartition } from '../domain/partition.ts';
import type { Pipeline, Stage } from '../domain/stage.ts';
import { TIERS } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { CaptureRef } from './captures.ts';
import type { CaptureState, CapturesTable, Db } from './schema.ts';

/** A capture as plans and reports see it. */
export interface StoredCapture extends CaptureRef {
  readonly state: CaptureState;
  readonly source: CapturesTable['source'];
  readonly summaryTypes: string;
  readonly runDate: CalendarDate;
  readonly rawCount: number;
  readonly rejectCount: number | null;
  readonly inputsJson: string | null;
}

/** A stage's manifest row: the capture it was made from, and the version of the calc. */
export interface StoredStage {
  readonly captureKey: number;
  readonly calcVersion: number | null;
  readonly rowCount: number;
}

/** What the store holds of one partition. */
export interface PartitionState {
  readonly partition: StorePartition;
  /** The newest capture taken, whatever its state. */
  readonly newest: StoredCapture | null;
  /** The accepted capture that `_latest` shows. */
  readonly accepted: StoredCapture | null;
  readonly stages: ReadonlyMap<Stage, StoredStage>;
  /** The pipelines whose work item an operator cancelled, with the item's id. */
  readonly cancelled: ReadonlyMap<Pipeline, number>;
}

/** What a database that does not exist yet holds of `partition`. */
export function emptyState(partition: StorePartition): PartitionState {
  return { partition, newest: null, accepted: null, stages: new Map(), cancelled: new Map() };
}

/** What the store holds of each of `partitions`, by partition key; three queries, whatever their number. */
export async function loadPartitionStates(
  db: Db,
  partitions: readonly StorePartition[],
): Promise<Map<string, PartitionState>> {
  const byKey = new Map(partitions.map((partition) => [partitionKey(partition), partition]));
  const [captures, stages, cancelled] = [
    await capturesOf(db, partitions),
    await stagesOf(db, [...byKey.keys()]),
    await cancelledOf(db, [...byKey.keys()]),
  ];
  const states = new Map<string, PartitionState>();
  for (const [key, partition] of byKey) {
    const own = captures.get(key) ?? [];
    const stageRows = stages.get(key) ?? new Map<Stage, StoredStage>();
    states.set(key, {
      partition,
      newest: own.find((capture) => capture.captureKey === stageRows.get('RAW')?.captureKey) ?? null,
      accepted: own.find((capture) => capture.state === 'accepted') ?? null,
      stages: stageRows,
      cancelled: cancelled.get(key) ?? new Map(),
    });
  }
  return states;
}

/** What the store holds of one partition. */
export async function loadPartitionState(db: Db, partition: StorePartition): Promise<PartitionState> {
  const states = await loadPartitionStates(db, [partition]);
  return states.get(partitionKey(partition)) ?? emptyState(partition);
}

/** The newest capture taken of a partition, whatever its state; null before the first. */
export async function newestCapture(db: Db, partition: StorePartition): Promise<StoredCapture | null> {
  return (await loadPartitionState(db, partition)).newest;
}

/** The accepted captures of a week's tiers in the order of `TIERS`; null while one is missing. */
export function acceptedInputs(
  weekEnding: WeekEnding,
  states: ReadonlyMap<string, PartitionState>,
): StoredCapture[] | null {
  const accepted = TIERS.flatMap((tier) => states.get(partitionKey({ weekEnding, tier }))?.accepted ?? []);
  return accepted.length === TIERS.length ? accepted : null;
}

async function capturesOf(db: Db, partitions: readonly StorePartition[]): Promise<Map<string, StoredCapture[]>> {
  const weeks = [...new Set(partitions.map((partition) => partition.weekEnding))];
  const rows = await db
    .selectFrom('core_captures')
    .select(['capture_key', 'capture_id', 'week_ending', 'tier', 'state', 'content_hash', 'source', 'summary_types'])
    .select(['run_date', 'raw_count', 'reject_count', 'inputs_json'])
    .where('week_ending', 'in', weeks)
    .where('domain', '=', DOMAIN)
    .where('superseded_at', 'is', null)
    .execute();
  return grouped(
    rows,
    (row) => partitionKey({ weekEnding: row.week_ending, tier: row.tier }),
    (row): StoredCapture => ({
      captureKey: row.capture_key,
      captureId: row.capture_id,
      contentHash: row.content_hash,
      state: row.state,
      source: row.source,
      summaryTypes: row.summary_types,
      runDate: row.run_date,
      rawCount: row.raw_count,
      rejectCount: row.reject_count,
      inputsJson: row.inputs_json,
    }),
  );
}

async function stagesOf(db: Db, keys: readonly string[]): Promise<Map<string, Map<Stage, StoredStage>>> {
  const rows = await db
    .selectFrom('core_manifest')
    .select(['partition_key', 'stage', 'capture_key', 'calc_version', 'row_count'])
    .where('domain', '=', DOMAIN)
    .where('partition_key', 'in', keys)
    .execute();
  const pairs = grouped(
    rows,
    (row) => row.partition_key,
    (row): [Stage, StoredStage] => [
      row.stage,
      { captureKey: row.capture_key, calcVersion: row.calc_version, rowCount: row.row_count },
    ],
  );
  return new Map([...pairs].map(([key, entries]) => [key, new Map(entries)]));
}

async function cancelledOf(db: Db, keys: readonly string[]): Promise<Map<string, Map<Pipeline, number>>> {
  const rows = await db
    .selectFrom('core_work_items')
    .select(['partition_key', 'pipeline', 'id'])
    .where('domain', '=', DOMAIN)
    .where('state', '=', 'CANCELLED')
    .where('partition_key', 'in', keys)
    .execute();
  const pipelines = grouped(
    rows,
    (row) => row.partition_key,
    (row): [Pipeline, number] => [row.pipeline, row.id],
  );
  return new Map([...pipelines].map(([key, entries]) => [key, new Map(entries)]));
}

function grouped<Row, Value>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  pick: (row: Row) => Value,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pick(row)]);
    else group.push(pick(row));
  }
  return groups;
}
