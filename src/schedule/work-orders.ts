import type { Partition, StorePartition } from '../domain/partition.ts';
import { PIPELINES, type Stage } from '../domain/stage.ts';
import type { IngestParams, NormalizeParams, TierSplitParams } from '../pipelines/params.ts';
import type { WorkOrder } from '../store/work-items.ts';
import type { PlannedPartition } from './action.ts';
import { looksAtSource, type ScheduleOptions } from './schedule-options.ts';
import { weekPartition } from './tier-split-state.ts';

// Higher first, for workers that take items from several runs (DESIGN section 8).
const PRIORITY = { scheduled: 50, backfill: 25 } as const;

/** The work orders of a planned partition, one for each stage it runs. */
export function ordersOf(planned: PlannedPartition, options: ScheduleOptions): WorkOrder[] {
  return planned.stages.map((stage) => order(stage, planned.partition, paramsOf(stage, planned, options), options));
}

/** The work order of a week's tier_split. */
export function tierSplitOrder(weekEnding: Partition['weekEnding'], options: ScheduleOptions): WorkOrder {
  const params: TierSplitParams = { run_date: options.runDate };
  return order('TIER_SPLIT', weekPartition(weekEnding), { ...params }, options);
}

function order(
  stage: Stage,
  partition: StorePartition,
  params: Readonly<Record<string, unknown>>,
  options: ScheduleOptions,
): WorkOrder {
  return {
    pipeline: PIPELINES[stage],
    partition,
    params,
    priority: options.backfill ? PRIORITY.backfill : PRIORITY.scheduled,
    maxAttempts: options.retry.maxAttempts,
  };
}

function paramsOf(
  stage: Stage,
  planned: PlannedPartition,
  options: ScheduleOptions,
): Readonly<Record<string, unknown>> {
  if (stage === 'RAW') {
    const params: IngestParams = {
      run_date: options.runDate,
      source: options.source,
      locator: planned.locator ?? '',
    };
    return { ...params };
  }
  if (stage === 'NORMALIZED') {
    const params: NormalizeParams = {
      gates: options.gates,
      force: options.force,
      published_on: planned.publication.publishedOn,
      reconcile: options.reconcile && options.source === 'api' && looksAtSource(options),
    };
    return { ...params };
  }
  return {};
}
