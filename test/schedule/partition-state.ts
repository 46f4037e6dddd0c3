import type { Partition } from '../../src/domain/partition.ts';
import { CALC_VERSIONS, CAPTURE_CALCS, type Pipeline, type Stage } from '../../src/domain/stage.ts';
import type { PartitionState, StoredCapture, StoredStage } from '../../src/store/partition-states.ts';

export const PARTITION: Partition = { weekEnding: '2025-12-19', tier: 'OTC' };

export const HASH = 'a'.repeat(64);
export const OTHER_HASH = 'b'.repeat(64);

/** A capture of `PARTITION`, accepted and taken on 2026-02-02, but for what `differs`. */
export function storedCapture(differs: Partial<StoredCapture> = {}): StoredCapture {
  const runDate = differs.runDate ?? '2026-02-02';
  return {
    captureKey: 7,
    captureId: `finra.otc_transparency:OTC:2025-12-19:${runDate.replaceAll('-', '')}`,
    contentHash: HASH,
    state: 'accepted',
    source: 'file',
    summaryTypes: 'ats',
    runDate,
    rawCount: 180,
    rejectCount: 0,
    inputsJson: null,
    ...differs,
  };
}

/** A calc of another version than the present one. */
export const OLD_VERSION = 0;

export interface StateParts {
  readonly newest?: StoredCapture | null;
  /** The accepted capture, where it is not the newest one. */
  readonly accepted?: StoredCapture | null;
  /** The capture that each stage was made from; all of them from the accepted one unless told. */
  readonly stages?: Partial<Record<Stage, Partial<StoredStage>>>;
  /** Stages that never happened. */
  readonly without?: readonly Stage[];
  /** In this order their work items are 40, 41, ... */
  readonly cancelled?: readonly Pipeline[];
}

/** What the store holds of a partition: everything current, but for what `parts` says. */
export function stateOf({ newest = storedCapture(), without = [], ...parts }: StateParts = {}): PartitionState {
  const accepted = parts.accepted ?? (newest?.state === 'accepted' ? newest : null);
  const stages = new Map<Stage, StoredStage>();
  if (newest !== null) stages.set('RAW', { captureKey: newest.captureKey, calcVersion: null, rowCount: 180 });
  if (accepted !== null) {
    stages.set('NORMALIZED', { captureKey: accepted.captureKey, calcVersion: null, rowCount: 180 });
    for (const calc of CAPTURE_CALCS) {
      stages.set(calc, { captureKey: accepted.captureKey, calcVersion: CALC_VERSIONS[calc], rowCount: 90 });
    }
  }
  for (const [stage, differs] of Object.entries(parts.stages ?? {}) as Array<[Stage, Partial<StoredStage>]>) {
    const stored = stages.get(stage);
    if (stored === undefined) throw new Error(`the state has no ${stage}`);
    stages.set(stage, { ...stored, ...differs });
  }
  for (const stage of without) stages.delete(stage);
  const cancelled = new Map((parts.cancelled ?? []).map((pipeline, index) => [pipeline, 40 + index]));
  return { partition: PARTITION, newest, accepted, stages, cancelled };
}
