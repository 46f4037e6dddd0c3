import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, partitionKey, type StorePartition } from '../domain/partition.ts';
import { type Stage, stageRank } from '../domain/stage.ts';
import type { CaptureRef } from './captures.ts';
import type { Trx } from './schema.ts';

/** What a stage leaves in the manifest. */
export interface ManifestEntry {
  readonly partition: StorePartition;
  readonly stage: Stage;
  readonly capture: CaptureRef;
  readonly rowCount: number;
  readonly calcVersion: number | null;
  readonly metrics: Readonly<Record<string, number | string | null>>;
  readonly executionId: number | null;
  readonly now: DbInstant;
}

/** Writes a stage's row of `core_manifest`, in place of an earlier one. */
export async function recordStage(trx: Trx, entry: ManifestEntry): Promise<void> {
  const row = {
    stage_rank: stageRank(entry.stage),
    row_count: entry.rowCount,
    capture_id: entry.capture.captureId,
    capture_key: entry.capture.captureKey,
    content_hash: entry.capture.contentHash,
    calc_version: entry.calcVersion,
    execution_id: entry.executionId,
    metrics_json: JSON.stringify(entry.metrics),
    updated_at: entry.now,
  };
  await trx
    .insertInto('core_manifest')
    .values({ domain: DOMAIN, partition_key: partitionKey(entry.partition), stage: entry.stage, ...row })
    .onConflict((conflict) => conflict.columns(['domain', 'partition_key', 'stage']).doUpdateSet(row))
    .execute();
}
