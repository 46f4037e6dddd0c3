import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, parsePartitionKey, type StorePartition } from '../domain/partition.ts';
import type { Db, Severity } from './schema.ts';

/** From the worst to the mildest. */
export const SEVERITIES = ['CRITICAL', 'ERROR', 'WARN', 'INFO'] as const satisfies readonly Severity[];

/** An anomaly that nothing has resolved yet. */
export interface OpenAnomaly {
  readonly severity: Severity;
  readonly category: string;
  /** Null for an anomaly of the runs themselves. */
  readonly partition: StorePartition | null;
  readonly stage: string | null;
  readonly message: string;
  readonly occurrences: number;
  readonly detectedAt: DbInstant;
  readonly lastSeenAt: DbInstant;
}

/** Every open anomaly, the worst first, then the one seen last. */
export async function openAnomalies(db: Db): Promise<OpenAnomaly[]> {
  const rows = await db
    .selectFrom('core_anomalies')
    .select(['severity', 'category', 'partition_key', 'stage', 'message', 'occurrences', 'detected_at', 'last_seen_at'])
    .where('domain', '=', DOMAIN)
    .where('resolved_at', 'is', null)
    .orderBy('last_seen_at', 'desc')
    .orderBy('anomaly_id')
    .execute();
  return rows
    .map((row) => ({
      severity: row.severity,
      category: row.category,
      partition: row.partition_key === '' ? null : parsePartitionKey(row.partition_key),
      stage: row.stage === '' ? null : row.stage,
      message: row.message,
      occurrences: row.occurrences,
      detectedAt: row.detected_at,
      lastSeenAt: row.last_seen_at,
    }))
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
