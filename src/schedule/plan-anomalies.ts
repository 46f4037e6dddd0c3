import { toDbInstant } from '../domain/clock.ts';
import { partitionKey, type StorePartition } from '../domain/partition.ts';
import {
  type Anomaly,
  missingPartitions,
  partitionsWithRawFaults,
  raiseAnomaly,
  resolveFailures,
  resolveFaults,
  type Sighting,
} from '../store/anomalies.ts';
import { isUnread, type PlannedPartition } from './action.ts';
import { lookedAfter } from './looked-after.ts';
import type { RunContext } from './run-context.ts';
import { looksAtSource } from './schedule-options.ts';

/**
 * Keeps what the plan itself found wrong with the source (missing, late, unreadable, ambiguous), and resolves what is
 * so no longer, or of what is no longer looked after. Only a run that looks at its source can tell.
 */
export async function keepPlanAnomalies(run: RunContext, planned: readonly PlannedPartition[]): Promise<void> {
  if (!looksAtSource(run.options)) return;
  const raised = planned.map((line) => ({ line, anomaly: anomalyOf(line) }));
  const open = await partitionsWithRawFaults(
    run.store.db,
    planned.map(({ partition }) => partition),
  );
  const settled = planned.filter((line) => isSettled(line) && open.has(partitionKey(line.partition)));
  const forgotten = await forgottenOf(run, planned);
  if (raised.every(({ anomaly }) => anomaly === null) && settled.length === 0 && forgotten.length === 0) return;
  const now = toDbInstant(run.deps.clock.now());
  await run.store.db.transaction().execute(async (trx) => {
    for (const { line, anomaly } of raised) {
      if (anomaly !== null) await raiseAnomaly(trx, anomaly, at(line));
    }
    for (const line of settled) {
      const still = anomalyOf(line);
      await resolveFaults(trx, at(line), still === null ? [] : [still.category], settlementOf(line));
    }
    for (const partition of forgotten) {
      await resolveFailures(trx, at({ partition }), 'no run asks for it now, and nothing so old was ever captured');
    }
  });
  for (const { line, anomaly } of raised) {
    if (anomaly === null) continue;
    run.log.countAnomalies(1);
    if (anomaly.severity === 'WARN') run.log.notice({ ...anomaly, partition: line.partition });
  }

  function at({ partition }: { readonly partition: StorePartition }): Sighting {
    return { partition, stage: 'RAW', runId: run.runId, now };
  }
}

// What an earlier run missed and this one does not ask for, where it is no gap in what is looked after.
async function forgottenOf(run: RunContext, planned: readonly PlannedPartition[]): Promise<StorePartition[]> {
  const asked = new Set(planned.map(({ partition }) => partitionKey(partition)));
  const missing = (await missingPartitions(run.store.db)).filter((each) => !asked.has(partitionKey(each)));
  if (missing.length === 0) return [];
  const kept = new Set((await lookedAfter(run.store.db, run.options)).map(partitionKey));
  return missing.filter((each) => !kept.has(partitionKey(each)));
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
function isSettled({ action }: PlannedPartition): boolean {
  return action === 'skip' || action === 'resume' || action === 'awaiting' || action === 'late';
}

function settlementOf({ reason, sourceHas }: PlannedPartition): string {
  const cancelled = reason === 'cancelled' || sourceHas === 'cancelled';
  return cancelled ? 'an operator cancelled its work' : `the source is ${reason}`;
}
