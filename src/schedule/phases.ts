import { partitionKey } from '../domain/partition.ts';
import { CAPTURE_CALCS, type CaptureCalc } from '../domain/stage.ts';
import { loadPartitionStates, type PartitionState } from '../store/partition-states.ts';
import { isUnread, type PlannedPartition } from './action.ts';
import { isCurrent } from './plan.ts';
import { type RunContext, runStage, stops } from './run-context.ts';
import { failedIngest } from './unread.ts';

/**
 * Ingests, normalizes and computes the calcs of `planned`, phase by phase: a phase starts when the one before has ended
 * for all partitions, and a failed partition stops no other (DESIGN section 4). Returns false when `--fail-fast` ended
 * it early.
 */
export async function runPhases(run: RunContext, planned: readonly PlannedPartition[]): Promise<boolean> {
  const ingests = planned.filter(({ stages }) => stages.includes('RAW'));
  const source = ingests.length === 0 ? null : run.deps.source(run.options.source);
  source?.prefetch?.(ingests.flatMap(({ locator }) => (locator === null ? [] : [locator])));
  if (!(await runPhase(run, 'ingest', ingests))) return false;
  const normalizes = planned.filter((line) => line.stages.includes('NORMALIZED') && isIngested(run, line));
  if (!(await runPhase(run, 'normalize', normalizes))) return false;
  return runCalcs(run, planned);
}

function isIngested(run: RunContext, { partition, stages }: PlannedPartition): boolean {
  return !stages.includes('RAW') || run.log.stageOf(partition, 'RAW')?.status === 'complete';
}

async function runPhase(
  run: RunContext,
  phase: 'ingest' | 'normalize',
  planned: readonly PlannedPartition[],
): Promise<boolean> {
  if (planned.length === 0) return true;
  run.deps.emit({ type: 'phase_started', phase, steps: planned.length });
  for (const line of planned) {
    const pipeline = isUnread(line) ? failedIngest(line) : undefined;
    const report = await runStage(run, line.partition, phase === 'ingest' ? 'RAW' : 'NORMALIZED', pipeline);
    if (stops(run, report)) return false;
  }
  return true;
}

async function runCalcs(run: RunContext, planned: readonly PlannedPartition[]): Promise<boolean> {
  const wanting = planned.filter(({ stages }) => stages.some(isCaptureCalc));
  if (wanting.length === 0) return true;
  const states = await loadPartitionStates(
    run.store.db,
    wanting.map(({ partition }) => partition),
  );
  const work = wanting
    .map((line) => ({ line, calcs: calcsToRun(line, states.get(partitionKey(line.partition))) }))
    .filter(({ calcs }) => calcs.length > 0);
  if (work.length === 0) return true;
  run.deps.emit({ type: 'phase_started', phase: 'calcs', steps: work.length });
  for (const { line, calcs } of work) {
    for (const calc of calcs) {
      const report = await runStage(run, line.partition, calc);
      if (stops(run, report)) return false;
      if (report.status !== 'complete') break;
    }
  }
  return true;
}

// Also where this run's normalize failed: the accepted capture stays the latest, and its calcs may be missing.
function calcsToRun(line: PlannedPartition, state: PartitionState | undefined): CaptureCalc[] {
  if (state?.accepted == null) return [];
  const { accepted } = state;
  const wanted = line.stages.filter(isCaptureCalc);
  if (line.action === 'resume' && line.reason === 'forced') return wanted;
  const first = wanted.findIndex((calc) => !isCurrent(state, calc, accepted));
  return first === -1 ? [] : wanted.slice(first);
}

function isCaptureCalc(stage: string): stage is CaptureCalc {
  return CAPTURE_CALCS.some((calc) => calc === stage);
}
