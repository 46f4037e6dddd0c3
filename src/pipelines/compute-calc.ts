import { toDbInstant } from '../domain/clock.ts';
import { CALC_VERSIONS, type CaptureCalc, type Stage } from '../domain/stage.ts';
import { computeCalc, recordCalcVersion } from '../store/calcs.ts';
import { recordStage } from '../store/manifest.ts';
import { loadPartitionState } from '../store/partition-states.ts';
import { type Apply, deferred, type Pipeline, type PipelineDeps, type StageRun } from './pipeline.ts';

const INPUT: Readonly<Record<CaptureCalc, Stage>> = {
  VENUE_VOLUME: 'NORMALIZED',
  VENUE_SHARE: 'VENUE_VOLUME',
  HHI: 'VENUE_SHARE',
};

/** The pipeline of one calc of a partition's accepted capture (DESIGN section 4, "Calcs"). */
export function computeCalcPipeline(calc: CaptureCalc): Pipeline {
  return { stage: calc, prepare: async (run, deps) => applyCalc(calc, run, deps) };
}

function applyCalc(calc: CaptureCalc, run: StageRun, deps: PipelineDeps): Apply {
  return async (trx) => {
    const state = await loadPartitionState(trx, run.partition);
    const capture = state.accepted;
    const input = state.stages.get(INPUT[calc]);
    if (capture === null || input?.captureKey !== capture.captureKey) {
      return deferred(`${INPUT[calc]} of the accepted capture is not there`, 'run the stage before it first');
    }
    const rowCount = await computeCalc(trx, calc, capture.captureKey);
    await recordCalcVersion(trx, capture.captureKey, calc, CALC_VERSIONS[calc], rowCount);
    await recordStage(trx, {
      partition: run.partition,
      stage: calc,
      capture,
      rowCount,
      calcVersion: CALC_VERSIONS[calc],
      metrics: {},
      executionId: run.executionId,
      now: toDbInstant(deps.clock.now()),
    });
    return { status: 'complete', captureId: capture.captureId, rowCount, rejects: null, anomalies: [] };
  };
}
