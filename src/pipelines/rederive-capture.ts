import type { CalendarDate } from '../domain/calendar-date.ts';
import type { Clock } from '../domain/clock.ts';
import { PartitionError } from '../domain/errors.ts';
import type { QualityGates } from '../domain/gates.ts';
import type { Partition } from '../domain/partition.ts';
import { CAPTURE_CALCS, PIPELINES, type Stage } from '../domain/stage.ts';
import type { Origin, ReplaySource } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { IngestParams, NormalizeParams } from './params.ts';
import type { PipelineDeps } from './pipeline.ts';
import { pipelineNamed } from './pipelines.ts';

/** A capture to be made again: what names it, and the bytes it was made from. */
export interface Rederivation {
  readonly partition: Partition;
  readonly runDate: CalendarDate;
  readonly origin: Origin;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

// Whether it was to be accepted has been decided; what is asked here is what its bytes say.
const ALL = { rows: 1, shares: 1, venues: 1 } as const;
const NO_GATES: QualityGates = {
  maxRejectShare: 1,
  maxShrinkage: ALL,
  warnShrinkage: ALL,
  maxUpdateLeadDays: 100 * 366,
};

/**
 * Makes a capture again in `store`, which holds nothing else, by the pipelines that every run uses. Throws the
 * `PartitionError` of a stage that fails.
 */
export async function rederiveCapture(
  capture: Rederivation,
  deps: { readonly store: Store; readonly clock: Clock; readonly pause: () => Promise<void> },
): Promise<void> {
  const { partition, runDate } = capture;
  const source = replayOf(capture);
  const pipelineDeps: PipelineDeps = { ...deps, source: () => source };
  const ingest: IngestParams = { run_date: runDate, source: 'archive', locator: capture.origin.locator };
  const normalize: NormalizeParams = { gates: NO_GATES, force: true, published_on: partition.weekEnding };
  const params: Partial<Record<Stage, object>> = { RAW: ingest, NORMALIZED: normalize };
  for (const stage of ['RAW', 'NORMALIZED', ...CAPTURE_CALCS] as const) {
    const run = { partition, params: { ...params[stage] }, executionId: 0 };
    const apply = await pipelineNamed(PIPELINES[stage]).prepare(run, pipelineDeps);
    const result = await deps.store.db.transaction().execute(apply);
    if (result.status !== 'complete') throw new PartitionError(result.error);
  }
}

function replayOf({ origin, bytes }: Rederivation): ReplaySource {
  return {
    name: 'archive',
    survey: async () => ({ partitions: new Map(), unmatched: [], movedDates: [] }),
    open: bytes,
    origin: async () => origin,
  };
}
