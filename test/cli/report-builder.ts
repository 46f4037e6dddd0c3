import type { ErrorDetails } from '../../src/domain/errors.ts';
import type { Stage } from '../../src/domain/stage.ts';
import { ALL_TIERS, TIERS, type Tier } from '../../src/domain/tier.ts';
import type { Action, Reason } from '../../src/schedule/action.ts';
import type { Phase, RunEvent } from '../../src/schedule/events.ts';
import type {
  Outcome,
  PartitionReport,
  RunReport,
  StageReport,
  Totals,
  WeekReport,
} from '../../src/schedule/report.ts';

export const NEWEST = '2025-12-26';
export const MIDDLE = '2025-12-19';
export const OLDEST = '2025-12-12';

export const TRUNCATED: ErrorDetails = {
  code: 'file_truncated',
  message: 'otc_week_2025-12-19.psv is cut off: its last line (5,329) has 3 of 8 fields and no line end',
  hint: 'copy the file again, then run the same command; the other partitions are not touched',
};

const DEFAULT_ACTIONS: Readonly<Record<Outcome, readonly [Action, Reason]>> = {
  ingested: ['ingest', 'first_capture'],
  resumed: ['resume', 'calc_pending'],
  unchanged: ['skip', 'unchanged'],
  awaiting: ['awaiting', 'not_yet_published'],
  late: ['late', 'publication_late'],
  cancelled: ['skip', 'cancelled'],
  blocked: ['blocked', 'input_not_ready'],
  retry_wait: ['ingest', 'first_capture'],
  failed: ['ingest', 'first_capture'],
  not_attempted: ['ingest', 'first_capture'],
  planned: ['ingest', 'first_capture'],
};

/** One stage as a run reports it, complete unless told otherwise. */
export function stage(name: Stage, fields: Partial<StageReport> = {}): StageReport {
  return { stage: name, status: 'complete', rowCount: 1000, seconds: 0.25, error: null, ...fields };
}

/** The five stages of one partition, with `rows` source rows of which `rejects` were refused. */
function allStages(rows: number, rejects = 0): StageReport[] {
  const kept = rows - rejects;
  return [
    stage('RAW', { rowCount: rows, seconds: rows / 20_000 }),
    stage('NORMALIZED', { rowCount: kept, seconds: rows / 15_000 }),
    stage('VENUE_VOLUME', { rowCount: kept, seconds: 0.2 }),
    stage('VENUE_SHARE', { rowCount: kept, seconds: 0.1 }),
    stage('HHI', { rowCount: Math.floor(kept / 3), seconds: 0.05 }),
  ];
}

/** One partition with an outcome; action and reason are the usual ones for it. */
export function partition(
  weekEnding: string,
  tier: Tier,
  outcome: Outcome,
  fields: Partial<PartitionReport> = {},
): PartitionReport {
  const [action, reason] = DEFAULT_ACTIONS[outcome];
  return {
    partition: { weekEnding, tier },
    action,
    reason,
    outcome,
    stages: [],
    captureId: null,
    rows: null,
    rejects: null,
    publishedOn: '2026-01-26',
    dueAfter: '2026-01-29',
    error: null,
    ...fields,
  };
}

/** A partition that went through all stages. */
export function ingested(weekEnding: string, tier: Tier, rows: number, rejects = 0): PartitionReport {
  const captureId = `finra.otc_transparency:${tier}:${weekEnding}:20260112`;
  return partition(weekEnding, tier, 'ingested', { stages: allStages(rows, rejects), captureId, rows, rejects });
}

/** What spans the tiers of a week. */
export function week(
  weekEnding: string,
  status: WeekReport['tierSplit']['status'],
  fields: Partial<WeekReport['tierSplit']> = {},
  readiness: Partial<WeekReport['readiness']> = {},
): WeekReport {
  return {
    weekEnding,
    tierSplit: { status, captureId: null, rowCount: null, error: null, ...fields },
    readiness: { ready: status === 'computed' || status === 'current', blockers: [], awaitedUntil: null, ...readiness },
  };
}

/** A report of partitions; window, weeks and totals follow from them. */
export function report(partitions: readonly PartitionReport[], fields: Partial<RunReport> = {}): RunReport {
  const weeks = [...new Set(partitions.map((each) => each.partition.weekEnding))];
  return {
    runId: '20260112T110000Z-4711',
    mode: 'run',
    runDate: '2026-01-12',
    startedAt: '2026-01-12 11:00:00.000',
    endedAt: '2026-01-12 11:00:12.345',
    window: { weeks, tiers: TIERS.filter((tier) => partitions.some((each) => each.partition.tier === tier)) },
    source: 'file',
    database: 'data/market_spine.db',
    dataDir: 'data/finra_otc',
    partitions,
    weeks: weeks.map((each) => week(each, 'awaited')),
    notices: [],
    unmatched: [],
    totals: totalsOf(partitions),
    error: null,
    ...fields,
  };
}

function totalsOf(partitions: readonly PartitionReport[]): Totals {
  const count = (outcome: Outcome) => partitions.filter((each) => each.outcome === outcome).length;
  const worked = partitions.filter(({ outcome }) => outcome === 'ingested' || outcome === 'resumed');
  return {
    partitions: partitions.length,
    ingested: count('ingested'),
    resumed: count('resumed'),
    unchanged: count('unchanged'),
    awaiting: count('awaiting'),
    late: count('late'),
    cancelled: count('cancelled'),
    blocked: count('blocked'),
    retryWait: count('retry_wait'),
    failed: count('failed'),
    notAttempted: count('not_attempted'),
    planned: count('planned'),
    rows: worked.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    rejects: worked.reduce((sum, { rejects }) => sum + (rejects ?? 0), 0),
    anomalies: 1,
    seconds: 12.345,
  };
}

/** The events of the run that a report tells of, in the order a run emits them. */
export function eventsOf(result: RunReport, locator = fileOf): RunEvent[] {
  const { runId, mode, runDate, window, source, dataDir, database } = result;
  const phases = mode === 'dry-run' ? [] : (['ingest', 'normalize', 'calcs'] as const);
  return [
    { type: 'run_started', runId, mode, runDate, window, source, dataDir, database },
    {
      type: 'planned',
      partitions: result.partitions.map((each) => planOf(each, locator)),
      unmatched: result.unmatched,
    },
    ...result.notices.map((notice): RunEvent => ({ type: 'notice', notice })),
    ...phases.flatMap((phase) => phaseEvents(result, phase)),
    ...(result.error === null ? [] : [{ type: 'run_failed' as const, error: result.error, stack: null }]),
  ];
}

function fileOf({ partition: { weekEnding, tier } }: PartitionReport): string {
  return `${tier.toLowerCase()}_week_${weekEnding}.psv`;
}

function planOf(each: PartitionReport, locator: (each: PartitionReport) => string) {
  const { partition, action, reason, captureId, publishedOn, dueAfter, error } = each;
  const stages = each.stages.map((done) => done.stage);
  const publication = { publishedOn, dueAfter };
  return {
    partition,
    action,
    reason,
    stages,
    locator: action === 'ingest' ? locator(each) : null,
    captureId,
    publication,
    error,
  };
}

const PHASE_STAGES: Readonly<Record<Phase, readonly Stage[]>> = {
  ingest: ['RAW'],
  normalize: ['NORMALIZED'],
  calcs: ['VENUE_VOLUME', 'VENUE_SHARE', 'HHI'],
};

function phaseEvents(result: RunReport, phase: Phase): RunEvent[] {
  const steps = result.partitions.flatMap((each) =>
    each.stages.filter(({ stage: name }) => PHASE_STAGES[phase].includes(name)).map((done) => stepEvents(each, done)),
  );
  const splits = phase === 'calcs' ? result.weeks.flatMap(splitEvents) : [];
  return [{ type: 'phase_started', phase, steps: steps.length + splits.length }, ...steps.flat(), ...splits.flat()];
}

function stepEvents({ partition, captureId, rejects }: PartitionReport, result: StageReport): RunEvent[] {
  const counted = result.stage === 'NORMALIZED' ? rejects : null;
  return [
    { type: 'stage_started', partition, stage: result.stage },
    { type: 'stage_ended', partition, stage: result.stage, result, captureId, rejects: counted },
  ];
}

function splitEvents({ weekEnding, tierSplit }: WeekReport): RunEvent[][] {
  if (tierSplit.status !== 'computed') return [];
  const partition = { weekEnding, tier: ALL_TIERS } as const;
  const result = stage('TIER_SPLIT', { rowCount: tierSplit.rowCount });
  return [
    [
      { type: 'stage_started', partition, stage: 'TIER_SPLIT' },
      { type: 'stage_ended', partition, stage: 'TIER_SPLIT', result, captureId: tierSplit.captureId, rejects: null },
    ],
  ];
}
