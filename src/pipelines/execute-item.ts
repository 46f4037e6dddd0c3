import { toDbInstant } from '../domain/clock.ts';
import { type ErrorDetails, errorDetails, PartitionError } from '../domain/errors.ts';
import { type Anomaly, raiseAnomaly, resolveAnomalies, type Sighting } from '../store/anomalies.ts';
import type { Trx } from '../store/schema.ts';
import {
  type Claim,
  claimItem,
  type Settlement,
  settleClaim,
  type Worker,
  type WorkItem,
} from '../store/work-items.ts';
import type { Pipeline, PipelineDeps, StageResult } from './pipeline.ts';
import { pipelineNamed } from './pipelines.ts';

export interface ExecutorDeps extends PipelineDeps {
  readonly worker: Worker;
  /** The pause before the second, third, ... attempt; the last one serves all later attempts. */
  readonly retryDelaysMs: readonly number[];
}

/** How an item's execution ended, for whoever ordered it. */
export interface ItemResult {
  readonly status: 'complete' | 'failed' | 'retry_wait' | 'deferred';
  readonly captureId: string | null;
  readonly rowCount: number | null;
  readonly rejects: number | null;
  readonly error: ErrorDetails | null;
  readonly anomalies: readonly Anomaly[];
}

/** A RUNNING item untouched for so long belongs to a dead process (DESIGN section 6). */
export const ABANDONED_AFTER_MS = 30 * 60_000;

/**
 * Executes one work item: claims it, runs its pipeline, and settles it in the transaction that holds the stage's rows,
 * so that a COMPLETE item and its rows cannot disagree (DESIGN section 6). A failure rolls the rows back; a second
 * transaction records why. Throws FatalError (and bugs), with the item left RUNNING for the next run to release.
 */
export async function executeItem(
  item: WorkItem,
  deps: ExecutorDeps,
  pipeline: Pipeline = pipelineNamed(item.pipeline),
): Promise<ItemResult> {
  const { store } = deps;
  const claim = await store.undurableTransaction((trx) => {
    const now = deps.clock.now();
    const abandonedBefore = toDbInstant(new Date(now.getTime() - ABANDONED_AFTER_MS));
    return claimItem(trx, item, deps.worker, toDbInstant(now), abandonedBefore);
  });
  if (claim === null) return notOurs(item);
  try {
    return await executeClaim(claim, pipeline, deps);
  } catch (error) {
    if (error instanceof ClaimLost) return notOurs(item);
    throw error;
  }
}

async function executeClaim(claim: Claim, pipeline: Pipeline, deps: ExecutorDeps): Promise<ItemResult> {
  const { store } = deps;
  const { item } = claim;
  try {
    const run = { partition: item.partition, params: item.params, executionId: claim.executionId };
    const apply = await pipeline.prepare(run, deps);
    return await store.db
      .transaction()
      .execute(async (trx) => settleWith(trx, claim, pipeline, await apply(trx), deps));
  } catch (error) {
    store.forgetRolledBack();
    const cause = store.stageFault(error);
    if (!(cause instanceof PartitionError)) throw cause;
    return store.db.transaction().execute((trx) => settleFailure(trx, claim, pipeline, cause, deps));
  }
}

// Settling found the item in another worker's hands; throwing it rolls this worker's rows back (the fencing token).
class ClaimLost extends Error {}

async function settleWith(
  trx: Trx,
  claim: Claim,
  pipeline: Pipeline,
  result: StageResult,
  deps: ExecutorDeps,
): Promise<ItemResult> {
  const at = sightingOf(claim, pipeline, deps);
  const anomalies = result.status === 'deferred' ? [] : result.anomalies;
  for (const anomaly of anomalies) await raiseAnomaly(trx, anomaly, at);
  if (result.status === 'complete') {
    const raised = anomalies.map((anomaly) => anomaly.category);
    await resolveAnomalies(trx, at, raised, `${pipeline.stage} succeeded with ${result.captureId}`);
  }
  await settle(trx, claim, SETTLEMENTS[result.status](result), deps);
  return {
    status: result.status,
    captureId: result.status === 'deferred' ? null : result.captureId,
    rowCount: result.status === 'complete' ? result.rowCount : null,
    rejects: result.status === 'deferred' ? null : result.rejects,
    error: result.status === 'complete' ? null : result.error,
    anomalies,
  };
}

const SETTLEMENTS: Readonly<Record<StageResult['status'], (result: StageResult) => Settlement>> = {
  complete: () => ended('COMPLETE', 'complete', null),
  failed: (result) => ended('FAILED', 'failed', result.status === 'failed' ? result.error.message : null),
  deferred: () => ({ ...ended('PENDING', 'deferred', null), attemptSpent: false }),
};

function ended(state: Settlement['state'], outcome: Settlement['outcome'], error: string | null): Settlement {
  return { state, outcome, error, nextAttemptAt: null, attemptSpent: true };
}

async function settleFailure(
  trx: Trx,
  claim: Claim,
  pipeline: Pipeline,
  error: PartitionError,
  deps: ExecutorDeps,
): Promise<ItemResult> {
  const retry = error.transient && claim.attempt < claim.maxAttempts;
  const anomaly: Anomaly = {
    severity: retry ? 'WARN' : 'ERROR',
    category: error.code.toUpperCase(),
    message: error.message,
  };
  await raiseAnomaly(trx, anomaly, sightingOf(claim, pipeline, deps));
  const settlement: Settlement = retry
    ? { ...ended('RETRY_WAIT', 'retry_wait', error.message), nextAttemptAt: nextAttempt(claim, deps) }
    : ended('FAILED', 'failed', error.message);
  await settle(trx, claim, settlement, deps);
  return {
    status: retry ? 'retry_wait' : 'failed',
    captureId: null,
    rowCount: null,
    rejects: null,
    error: errorDetails(error),
    anomalies: [anomaly],
  };
}

function nextAttempt(claim: Claim, deps: ExecutorDeps): string {
  const delay = deps.retryDelaysMs[claim.attempt - 1] ?? deps.retryDelaysMs.at(-1) ?? 0;
  return toDbInstant(new Date(deps.clock.now().getTime() + delay));
}

async function settle(trx: Trx, claim: Claim, settlement: Settlement, deps: ExecutorDeps): Promise<void> {
  if (await settleClaim(trx, claim, settlement, toDbInstant(deps.clock.now()))) return;
  throw new ClaimLost();
}

function sightingOf(claim: Claim, pipeline: Pipeline, deps: ExecutorDeps): Sighting {
  return {
    partition: claim.item.partition,
    stage: pipeline.stage,
    runId: deps.worker.runId,
    now: toDbInstant(deps.clock.now()),
  };
}

function notOurs(item: WorkItem): ItemResult {
  return {
    status: 'deferred',
    captureId: null,
    rowCount: null,
    rejects: null,
    error: {
      code: 'not_claimed',
      message: `work item ${item.id} is not this run's: another worker has it, or it was cancelled`,
      hint: 'see work list',
    },
    anomalies: [],
  };
}
