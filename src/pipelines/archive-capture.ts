import type { Partition } from '../domain/partition.ts';
import type { Archive } from '../sources/archive/archive.ts';
import type { Anomaly } from '../store/anomalies.ts';
import { originOf } from '../store/captures.ts';
import type { StoredCapture } from '../store/partition-states.ts';
import type { Trx } from '../store/schema.ts';

/**
 * Lists an accepted capture in the archive, so that it can be replayed without this database. Returns a warning where
 * the archive lacks its bytes, as after an ingest that ran without one, or holds them damaged.
 */
export async function archiveCapture(
  trx: Trx,
  archive: Archive,
  partition: Partition,
  capture: StoredCapture,
): Promise<Anomaly[]> {
  const { captureId, contentHash, runDate, summaryTypes } = capture;
  const origin = await originOf(trx, capture.captureKey);
  if (origin.source === 'derived') throw new Error(`${captureId} has no bytes of its own`);
  if (await archive.holds(contentHash)) {
    const { source, locator, byteCount } = origin;
    await archive.enter({ partition, runDate, source, locator, summaryTypes, contentHash, byteCount });
    return [];
  }
  return [
    {
      severity: 'WARN',
      category: 'NOT_ARCHIVED',
      message:
        `the archive lacks the bytes of ${captureId}, or holds them damaged: it cannot be replayed until --force ` +
        'takes it again from its source',
    },
  ];
}
