import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, parsePartitionKey, partitionKey, type StorePartition } from '../domain/partition.ts';
import type { Stage } from '../domain/stage.ts';
import { openAnomaly, withdrawReadiness } from './readiness.ts';
import type { Db, Severity } from './schema.ts';

/** Something an operator should know of a partition's stage, or of a run. */
export interface Anomaly {
  readonly severity: Severity;
  readonly category: string;
  readonly message: string;
}

/** Where and when an anomaly was seen; `partition` null: the run as a whole. */
export interface Sighting {
  readonly partition: StorePartition | null;
  readonly stage: Stage | null;
  readonly runId: string | null;
  readonly now: DbInstant;
}

const FAULTS = ['WARN', 'ERROR', 'CRITICAL'] as const satisfies readonly Severity[];

const BLOCKING = ['ERROR', 'CRITICAL'] as const satisfies readonly Severity[];

/**
 * Opens an anomaly, or counts up the open one of the same category, partition and stage; the week of one that blocks it
 * is not ready any more (DESIGN section 4).
 */
export async function raiseAnomaly(db: Db, anomaly: Anomaly, at: Sighting): Promise<void> {
  await count(db, anomaly, at);
  if (at.partition === null || !BLOCKING.some((severity) => severity === anomaly.severity)) return;
  const { weekEnding, tier } = at.partition;
  await withdrawReadiness(db, weekEnding, openAnomaly(tier, anomaly.category), at.now);
}

async function count(db: Db, anomaly: Anomaly, at: Sighting): Promise<void> {
  const place = placeOf(at);
  const counted = await db
    .updateTable('core_anomalies')
    .set((eb) => ({
      occurrences: eb('occurrences', '+', 1),
      severity: anomaly.severity,
      message: anomaly.message,
      run_id: at.runId,
      last_seen_at: at.now,
    }))
    .where('domain', '=', DOMAIN)
    .where('partition_key', '=', place.partition_key)
    .where('stage', '=', place.stage)
    .where('category', '=', anomaly.category)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  if (counted.numUpdatedRows > 0n) return;
  await db
    .insertInto('core_anomalies')
    .values({ domain: DOMAIN, ...anomaly, ...place, run_id: at.runId, detected_at: at.now, last_seen_at: at.now })
    .execute();
}

/** Resolves the open anomalies of a partition's stage (or of runs) but for the categories just raised again. */
export async function resolveAnomalies(
  db: Db,
  at: Sighting,
  stillRaised: readonly string[],
  resolution: string,
): Promise<void> {
  await resolve(db, at, stillRaised, resolution, ['INFO', ...FAULTS]);
}

/** Resolves the open anomalies that say why a partition's stage failed, and none of the others. */
export async function resolveFailures(db: Db, at: Sighting, resolution: string): Promise<void> {
  await resolve(db, at, [], resolution, ['ERROR']);
}

/** The same for what went wrong; remarks on what is stored stay open. */
export async function resolveFaults(
  db: Db,
  at: Sighting,
  stillRaised: readonly string[],
  resolution: string,
): Promise<void> {
  await resolve(db, at, stillRaised, resolution, FAULTS);
}

async function resolve(
  db: Db,
  at: Sighting,
  stillRaised: readonly string[],
  resolution: string,
  severities: readonly Severity[],
): Promise<void> {
  const place = placeOf(at);
  await db
    .updateTable('core_anomalies')
    .set({ resolved_at: at.now, resolution })
    .where('domain', '=', DOMAIN)
    .where('partition_key', '=', place.partition_key)
    .where('stage', '=', place.stage)
    .where('severity', 'in', severities)
    .where('resolved_at', 'is', null)
    .$if(stillRaised.length > 0, (query) => query.where('category', 'not in', stillRaised))
    .execute();
}

/** Resolves the open anomalies of runs that an earlier run than `at.runId` raised. */
export async function resolveRunAnomalies(db: Db, at: Sighting, resolution: string): Promise<void> {
  await db
    .updateTable('core_anomalies')
    .set({ resolved_at: at.now, resolution })
    .where('domain', '=', DOMAIN)
    .where('partition_key', '=', '')
    .where('resolved_at', 'is', null)
    .where('run_id', 'is distinct from', at.runId)
    .execute();
}

/** Of which of `partitions` something went wrong in the RAW stage and is not resolved, as partition keys. */
export async function partitionsWithRawFaults(db: Db, partitions: readonly StorePartition[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('core_anomalies')
    .select('partition_key')
    .distinct()
    .where('domain', '=', DOMAIN)
    .where('stage', '=', 'RAW')
    .where('severity', 'in', FAULTS)
    .where('resolved_at', 'is', null)
    .where('partition_key', 'in', partitions.map(partitionKey))
    .execute();
  return new Set(rows.map((row) => row.partition_key));
}

/** The weeks and tiers that a source lacked when it was last looked for them, and that are still open. */
export async function missingPartitions(db: Db): Promise<StorePartition[]> {
  const rows = await db
    .selectFrom('core_anomalies')
    .select('partition_key')
    .where('domain', '=', DOMAIN)
    .where('stage', '=', 'RAW')
    .where('category', '=', 'SOURCE_MISSING')
    .where('partition_key', '!=', '')
    .where('resolved_at', 'is', null)
    .execute();
  return rows.map((row) => parsePartitionKey(row.partition_key));
}

/** The open anomalies of ERROR or CRITICAL severity of partitions, by partition key. */
export async function openErrors(db: Db, partitions: readonly StorePartition[]) {
  return db
    .selectFrom('core_anomalies')
    .select(['partition_key', 'category', 'severity', 'message'])
    .where('domain', '=', DOMAIN)
    .where('resolved_at', 'is', null)
    .where('severity', 'in', BLOCKING)
    .where('partition_key', 'in', partitions.map(partitionKey))
    .orderBy('partition_key')
    .orderBy('category')
    .execute();
}

function placeOf(at: Sighting): { partition_key: string; stage: string } {
  return { partition_key: at.partition === null ? '' : partitionKey(at.partition), stage: at.stage ?? '' };
}
