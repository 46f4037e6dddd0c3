import { partitionKey } from '../domain/partition.ts';
import type { OpenAnomaly } from '../store/anomaly-queries.ts';

/**
 * What keeps the source of a partition from being taken, by partition key: of the errors that are open for its raw
 * stage the one seen last, whether a plan found it (unreadable, two files, empty) or an ingest. Both are resolved when
 * the source is well again. Absence is none: whether it is a fault is told by the calendar.
 */
export function sourceFaults(anomalies: readonly OpenAnomaly[]): Map<string, string> {
  const latest = new Map<string, OpenAnomaly>();
  for (const anomaly of anomalies) {
    if (anomaly.stage !== 'RAW' || anomaly.partition === null) continue;
    if (anomaly.severity !== 'ERROR' && anomaly.severity !== 'CRITICAL') continue;
    const key = partitionKey(anomaly.partition);
    if ((latest.get(key)?.lastSeenAt ?? '') < anomaly.lastSeenAt) latest.set(key, anomaly);
  }
  return new Map(
    [...latest].filter(([, { category }]) => category !== 'SOURCE_MISSING').map(([key, { message }]) => [key, message]),
  );
}
