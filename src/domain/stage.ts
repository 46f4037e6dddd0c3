/** The stages of a partition, in `stage_rank` order (DESIGN section 5). */
export const STAGES = ['RAW', 'NORMALIZED', 'VENUE_VOLUME', 'VENUE_SHARE', 'HHI', 'TIER_SPLIT'] as const;

export type Stage = (typeof STAGES)[number];

/** The calcs of one capture, each made from the one before it. */
export const CAPTURE_CALCS = ['VENUE_VOLUME', 'VENUE_SHARE', 'HHI'] as const;

export type CaptureCalc = (typeof CAPTURE_CALCS)[number];

/** The pipeline that makes each stage (DESIGN section 6). */
export const PIPELINES = {
  RAW: 'ingest_week',
  NORMALIZED: 'normalize_week',
  VENUE_VOLUME: 'compute_venue_volume',
  VENUE_SHARE: 'compute_venue_share',
  HHI: 'compute_hhi',
  TIER_SPLIT: 'compute_tier_split',
} as const satisfies Record<Stage, string>;

export type Pipeline = (typeof PIPELINES)[Stage];

/** The version of each calc; raising one makes the results of accepted captures stale (DESIGN section 4). */
export const CALC_VERSIONS = { VENUE_VOLUME: 1, VENUE_SHARE: 1, HHI: 1, TIER_SPLIT: 1 } as const;

/** The stage that a pipeline makes. */
export function stageOf(pipeline: Pipeline): Stage {
  const stage = STAGES.find((each) => PIPELINES[each] === pipeline);
  if (stage === undefined) throw new Error(`no stage is made by ${pipeline}`);
  return stage;
}

/** 1 to 6, the order of the stages in `core_manifest`. */
export function stageRank(stage: Stage): number {
  return STAGES.indexOf(stage) + 1;
}
