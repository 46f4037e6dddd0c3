import type { ErrorDetails } from '../domain/errors.ts';
import { partitionKey, type StorePartition } from '../domain/partition.ts';
import type { Stage } from '../domain/stage.ts';
import type { MovedDate } from '../sources/source.ts';
import type { PartitionState } from '../store/partition-states.ts';
import type { PlannedPartition } from './action.ts';
import type { Emit } from './events.ts';
import { movedDateNotice } from './moved-date.ts';
import type { Notice, Outcome, PartitionReport, StageReport } from './report.ts';

/** What became of each partition so far; the report is made from it. */
export interface RunLog {
  /** Sets the plan; a partition's report begins as its planned line. */
  plan(planned: readonly PlannedPartition[], states: ReadonlyMap<string, PartitionState>): void;
  stageEnded(partition: StorePartition, ended: EndedStage): void;
  /** Reports something once, however many partitions say the same. */
  notice(notice: Notice): void;
  stageOf(partition: StorePartition, stage: Stage): StageReport | undefined;
  /** Says once that a date stood for another day's week (DESIGN section 1, "Weeks"). */
  movedDate(moved: MovedDate): void;
  setUnmatched(names: readonly string[]): void;
  unmatched(): readonly string[];
  partitions(): PartitionReport[];
  notices(): Notice[];
  anomalyCount(): number;
  countAnomalies(count: number): void;
}

export interface EndedStage {
  readonly report: StageReport;
  readonly captureId: string | null;
  readonly rejects: number | null;
}

interface Entry {
  readonly planned: PlannedPartition;
  readonly stored: PartitionState;
  readonly stages: Map<Stage, EndedStage>;
}

/** An empty log that tells `emit` what it is told. */
export function createRunLog(emit: Emit, dryRun: boolean): RunLog {
  const entries = new Map<string, Entry>();
  const weekStages = new Map<string, EndedStage>();
  const notices = new Map<string, Notice>();
  let anomalies = 0;
  let unmatched: readonly string[] = [];
  const notice = (said: Notice) => {
    const key = `${said.category} ${said.partition?.tier} ${said.partition?.weekEnding} ${said.message}`;
    if (notices.has(key)) return;
    notices.set(key, said);
    emit({ type: 'notice', notice: said });
  };
  return {
    plan(planned, states) {
      for (const line of planned) {
        const key = partitionKey(line.partition);
        const stored = states.get(key);
        if (stored === undefined) throw new Error(`no state was loaded for ${key}`);
        entries.set(key, { planned: line, stored, stages: new Map() });
      }
    },
    stageEnded(partition, ended) {
      const { report, captureId, rejects } = ended;
      const entry = entries.get(partitionKey(partition));
      if (entry === undefined) weekStages.set(`${partition.weekEnding} ${report.stage}`, ended);
      else entry.stages.set(report.stage, ended);
      emit({ type: 'stage_ended', partition, stage: report.stage, result: report, captureId, rejects });
    },
    notice,
    movedDate: (moved) => notice(movedDateNotice(moved)),
    setUnmatched: (names) => {
      unmatched = names;
    },
    unmatched: () => unmatched,
    stageOf(partition, stage) {
      const entry = entries.get(partitionKey(partition));
      const ended = entry?.stages.get(stage) ?? weekStages.get(`${partition.weekEnding} ${stage}`);
      return ended?.report;
    },
    partitions: () => [...entries.values()].map((entry) => partitionReport(entry, dryRun)),
    notices: () => [...notices.values()],
    anomalyCount: () => anomalies,
    countAnomalies: (count) => {
      anomalies += count;
    },
  };
}

function partitionReport({ planned, stored, stages }: Entry, dryRun: boolean): PartitionReport {
  const ended = [...stages.values()];
  const reports = dryRun ? planned.stages.map(plannedStage) : ended.map(({ report }) => report);
  const raw = stages.get('RAW')?.report;
  const failure = reports.find((report) => report.error !== null)?.error ?? null;
  return {
    partition: planned.partition,
    action: planned.action,
    reason: planned.reason,
    outcome: dryRun ? plannedOutcome(planned) : outcomeOf(planned, reports),
    stages: reports,
    // Not the last stage's: after a refused restatement that is the capture before it, whose calcs were pending.
    captureId: planned.captureId,
    rows: raw === undefined ? (stored.newest?.rawCount ?? null) : raw.rowCount,
    rejects: stages.get('NORMALIZED')?.rejects ?? (raw === undefined ? (stored.newest?.rejectCount ?? null) : null),
    publishedOn: planned.publication.publishedOn,
    dueAfter: planned.publication.dueAfter,
    error: planned.error ?? failure,
  };
}

function plannedStage(stage: Stage): StageReport {
  return { stage, status: 'planned', rowCount: null, seconds: 0, error: null };
}

const SETTLED: Readonly<Partial<Record<PlannedPartition['action'], Outcome>>> = {
  awaiting: 'awaiting',
  late: 'late',
  blocked: 'blocked',
  fail: 'failed',
};

function plannedOutcome(planned: PlannedPartition): Outcome {
  if (planned.action === 'skip') return planned.reason === 'cancelled' ? 'cancelled' : 'unchanged';
  return SETTLED[planned.action] ?? 'planned';
}

function outcomeOf(planned: PlannedPartition, reports: readonly StageReport[]): Outcome {
  const has = (status: StageReport['status']) => reports.some((report) => report.status === status);
  const settled = plannedOutcome(planned);
  if (settled !== 'planned') return settled === 'failed' && has('retry_wait') ? 'retry_wait' : settled;
  if (has('failed')) return 'failed';
  if (has('retry_wait')) return 'retry_wait';
  if (has('deferred')) return 'blocked';
  if (has('cancelled')) return 'cancelled';
  const complete = planned.stages.every((stage) =>
    reports.some((report) => report.stage === stage && report.status === 'complete'),
  );
  if (!complete) return 'not_attempted';
  if (planned.cut !== undefined) return 'cancelled';
  return planned.action === 'ingest' ? 'ingested' : 'resumed';
}

/** What a stage that never ran says of itself. */
export function unrunStage(stage: Stage, status: StageReport['status'], error: ErrorDetails | null): StageReport {
  return { stage, status, rowCount: null, seconds: 0, error };
}
