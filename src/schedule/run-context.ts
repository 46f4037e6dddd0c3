import { type DbInstant, toDbInstant } from '../domain/clock.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import { partitionKey, type StorePartition } from '../domain/partition.ts';
import { PIPELINES, type Stage } from '../domain/stage.ts';
import { type ExecutorDeps, executeItem } from '../pipelines/execute-item.ts';
import type { Pipeline } from '../pipelines/pipeline.ts';
import type { Store } from '../store/store.ts';
import { armItems, nextAttemptAt, type WorkItem, type WorkOrder } from '../store/work-items.ts';
import type { StageReport } from './report.ts';
import { type RunLog, unrunStage } from './run-log.ts';
import type { ScheduleDeps } from './schedule-deps.ts';
import type { ScheduleOptions } from './schedule-options.ts';

/** What the phases of one run share. */
export interface RunContext {
  readonly runId: string;
  readonly options: ScheduleOptions;
  readonly deps: ScheduleDeps;
  readonly store: Store;
  readonly executor: ExecutorDeps;
  readonly log: RunLog;
  readonly items: Map<string, WorkItem>;
  /** Items that wait for their next attempt, by `itemKey`. */
  readonly waiting: Map<string, WorkItem>;
}

/** How `items` and `waiting` name a stage of a partition. */
export function itemKey(partition: StorePartition, stage: Stage): string {
  return `${PIPELINES[stage]} ${partitionKey(partition)}`;
}

/** Puts the items of `orders` to PENDING in one transaction, for `runStage` to execute. */
export async function arm(run: RunContext, orders: readonly WorkOrder[]): Promise<void> {
  if (orders.length === 0) return;
  const now = toDbInstant(run.deps.clock.now());
  const armed = await run.store.db.transaction().execute((trx) => armItems(trx, orders, run.options.force, now));
  for (const item of armed) run.items.set(`${item.pipeline} ${partitionKey(item.partition)}`, item);
}

/** Runs one stage of one partition as its work item, by `pipeline` where it is not the stage's own; logs how it went. */
export async function runStage(
  run: RunContext,
  partition: StorePartition,
  stage: Stage,
  pipeline?: Pipeline,
): Promise<StageReport> {
  await run.deps.pause();
  run.deps.emit({ type: 'stage_started', partition, stage });
  const item = run.items.get(itemKey(partition, stage));
  if (item === undefined) return logged(run, partition, unrunStage(stage, 'cancelled', null));
  const started = run.deps.clock.now().getTime();
  const result = await executeItem(item, run.executor, pipeline);
  const report: StageReport = {
    stage,
    status: result.status,
    rowCount: result.rowCount,
    seconds: (run.deps.clock.now().getTime() - started) / 1000,
    error: result.error,
  };
  if (result.status === 'retry_wait') run.waiting.set(itemKey(partition, stage), item);
  run.log.countAnomalies(result.anomalies.length);
  for (const anomaly of result.anomalies) {
    // A failure's own anomaly is told by the partition's line; a remark of many partitions is told once.
    if (anomaly.severity === 'ERROR' || anomaly.severity === 'CRITICAL') continue;
    const place = anomaly.severity === 'INFO' ? null : partition;
    run.log.notice({
      severity: anomaly.severity,
      category: anomaly.category,
      partition: place,
      message: anomaly.message,
    });
  }
  run.log.stageEnded(partition, { report, captureId: result.captureId, rejects: result.rejects });
  return report;
}

function logged(run: RunContext, partition: StorePartition, report: StageReport): StageReport {
  run.log.stageEnded(partition, { report, captureId: null, rejects: null });
  return report;
}

/** An item that waits for its next attempt. */
export interface WaitingItem {
  /** Its `itemKey`. */
  readonly key: string;
  readonly item: WorkItem;
  readonly nextAttemptAt: DbInstant;
}

/** The items that wait for their next attempt, the first to have it first. */
export async function waitingAttempts(run: RunContext): Promise<WaitingItem[]> {
  const waiting: WaitingItem[] = [];
  for (const [key, item] of run.waiting) {
    const instant = await nextAttemptAt(run.store.db, item.id);
    if (instant !== null) waiting.push({ key, item, nextAttemptAt: instant });
  }
  return waiting.sort((a, b) => (a.nextAttemptAt < b.nextAttemptAt ? -1 : 1));
}

/** Whether `report` ends a run that stops at its first failure. */
export function stops(
  run: RunContext,
  report: { readonly status: string; readonly error: ErrorDetails | null },
): boolean {
  return run.options.failFast && report.status === 'failed';
}
