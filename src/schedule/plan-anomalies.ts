import { toDbInstant } from '../domain/clock.ts';
import { partitionKey } from '../domain/partition.ts';
import {
  type Anomaly,
  partitionsWithRawFaults,
  raiseAnomaly,
  resolveFaults,
  type Sighting,
} from '../store/anomalies.ts';
import { isUnread, type PlannedPartition } from './action.ts';
import type { RunContext } from './run-context.ts';
import { looksAtSource } from './schedule-options.ts';

/**
 * Keeps what the plan itself found wrong with the source (missing, late, unreadable, ambiguous), and resolves what is
 * so no longer. Only a run that looks at its source can tell.
 */
export async function keepPlanAnomalies(run: RunContext, planned: readonly PlannedPartition[]): Promise<void> {
  if (!looksAtSource(run.options)) return;
  const raised = planned.map((line) => ({ line, anomaly: anomalyOf(line) }));
  const open = await partitionsWithRawFaults(
    run.store.db,
    planned.map(({ partition }) => partition),
  );
  const settled = planned.filter((line) => isSettled(line) && open.has(partitionKey(line.partition)));
  if (raised.every(({ anomaly }) => anomaly === null) && settled.length === 0) return;
  const now = toDbInstant(run.deps.clock.now());
  await run.store.db.transaction().execute(async (trx) => {
    for (const { line, anomaly } of raised) {
      if (anomaly !== null) await raiseAnomaly(trx, anomaly, at(line));
    }
    for (const line of settled) {
      const still = anomalyOf(line);
      await resolveFaults(trx, at(line), still === null ? [] : [still.category], `the source is ${line.reason}`);
    }
  });
  for (const { line, anomaly } of raised) {
    if (anomaly === null) continue;
    run.log.countAnomalies(1);
    if (anomaly.severity === 'WARN') run.log.notice({ ...anomaly, partition: line.partition });
  }

  function at(line: PlannedPartition): Sighting {
    return { partition: line.partition, stage: 'RAW', runId: run.runId, now };
  }
}

function anomalyOf(line: PlannedPartition): Anomaly | null {
  if (line.action === 'late') {
    const { publishedOn, dueAfter } = line.publication;
    const message = `FINRA was to publish it on ${publishedOn}; its absence is a failure after ${dueAfter}`;
    return { severity: 'WARN', category: 'PUBLICATION_LATE', message };
  }
  // An unread partition's ingest raises its own.
  if (line.action !== 'fail' || line.error === null || isUnread(line)) return null;
  return { severity: 'ERROR', category: line.error.code.toUpperCase(), message: line.error.message };
}

// An ingest settles its partition's anomalies by its own success; a failed plan leaves them open.
function isSettled({ action, reason, sourceHas }: PlannedPartition): boolean {
  if (action === 'skip') return reason !== 'cancelled';
  if (action === 'resume') return sourceHas !== 'cancelled';
  return action === 'awaiting' || action === 'late';
}
