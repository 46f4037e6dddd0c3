import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, partitionKey, type StorePartition } from '../domain/partition.ts';
import type { Stage } from '../domain/stage.ts';
import type { Db } from './schema.ts';

/** A row of `core_manifest`, as reports show it. */
export interface ManifestRow {
  readonly captureId: string;
  readonly rowCount: number;
  readonly updatedAt: DbInstant;
}

/** The manifest rows of `partitions`, by partition key and stage. */
export async function loadManifest(
  db: Db,
  partitions: readonly StorePartition[],
): Promise<Map<string, Map<Stage, ManifestRow>>> {
  const rows = await db
    .selectFrom('core_manifest')
    .select(['partition_key', 'stage', 'capture_id', 'row_count', 'updated_at'])
    .where('domain', '=', DOMAIN)
    .where('partition_key', 'in', partitions.map(partitionKey))
    .execute();
  const manifest = new Map<string, Map<Stage, ManifestRow>>(partitions.map((each) => [partitionKey(each), new Map()]));
  for (const row of rows) {
    const entry = { captureId: row.capture_id, rowCount: row.row_count, updatedAt: row.updated_at };
    manifest.get(row.partition_key)?.set(row.stage, entry);
  }
  return manifest;
}
