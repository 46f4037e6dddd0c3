import { CAPTURE_CALCS, PIPELINES, type Pipeline as PipelineName } from '../domain/stage.ts';
import { computeCalcPipeline } from './compute-calc.ts';
import { computeTierSplitPipeline } from './compute-tier-split.ts';
import { ingestWeek } from './ingest-week.ts';
import { normalizeWeek } from './normalize-week.ts';
import type { Pipeline } from './pipeline.ts';

const ALL: ReadonlyMap<PipelineName, Pipeline> = new Map(
  [ingestWeek, normalizeWeek, ...CAPTURE_CALCS.map(computeCalcPipeline), computeTierSplitPipeline].map((pipeline) => [
    PIPELINES[pipeline.stage],
    pipeline,
  ]),
);

/** The pipeline of that name. */
export function pipelineNamed(name: PipelineName): Pipeline {
  const pipeline = ALL.get(name);
  if (pipeline === undefined) throw new Error(`no pipeline is named ${name}`);
  return pipeline;
}
