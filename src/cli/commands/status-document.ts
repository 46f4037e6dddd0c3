import { WORK_STATES } from '../../domain/work-state.ts';
import type { Gap } from '../../operations/gaps.ts';
import type { PartitionStatus, StageStatus, WeekStatus } from '../../operations/status.ts';
import { type OpenAnomaly, SEVERITIES } from '../../store/anomaly-queries.ts';
import type { RecordedRun } from '../../store/run-queries.ts';
import { jsonError, jsonInstant } from '../json-values.ts';
import { type MendPlaces, mendWords } from '../mend-words.ts';
import { shellLine } from '../shell-words.ts';
import { mendPlaces, type ShownStatus } from '../status-shown.ts';

/** What `status --json` prints. */
export function statusDocument(shown: ShownStatus) {
  const { status, window, runDate, database } = shown;
  const places = mendPlaces(shown);
  return {
    run_date: runDate,
    database,
    window: { weeks: window.weeks, tiers: window.tiers },
    partitions: status.partitions.map(partitionDocument),
    weeks: status.weeks.map(weekDocument),
    gaps: status.gaps.map((gap) => gapDocument(gap, places)),
    runs: status.runs.map(runDocument),
    work_items: Object.fromEntries(WORK_STATES.map((state) => [state.toLowerCase(), status.workItems[state]])),
    anomalies: {
      ...Object.fromEntries(
        SEVERITIES.map((severity) => [severity.toLowerCase(), countOf(status.anomalies, severity)]),
      ),
      open: status.anomalies.map(anomalyDocument),
    },
  };
}

function partitionDocument(status: PartitionStatus) {
  return {
    week_ending: status.partition.weekEnding,
    tier: status.partition.tier,
    state: status.state,
    stages: status.stages.map(stageDocument),
    capture_id: status.captureId,
    capture_state: status.captureState,
    rows: status.rows,
    rejects: status.rejects,
    published_on: status.publication.publishedOn,
    due_after: status.publication.dueAfter,
  };
}

function stageDocument({ stage, state, captureId, rowCount, updatedAt, item }: StageStatus) {
  return {
    stage,
    state,
    capture_id: captureId,
    row_count: rowCount,
    updated_at: jsonInstant(updatedAt),
    work_item: item === null ? null : { id: item.id, state: item.state },
  };
}

function weekDocument({ weekEnding, tierSplit, readiness }: WeekStatus) {
  return {
    week_ending: weekEnding,
    tier_split: stageDocument(tierSplit),
    readiness: { ready: readiness.ready, blockers: readiness.blockers, awaited_until: readiness.awaitedUntil },
  };
}

function gapDocument(gap: Gap, places: MendPlaces) {
  return {
    week_ending: gap.partition.weekEnding,
    tier: gap.partition.tier,
    stage: gap.stage,
    state: gap.state,
    message: gap.message,
    hint: gap.hint,
    work_item_id: gap.itemId,
    commands: gap.mends.map((mend) => shellLine(mendWords(mend, places))),
  };
}

function runDocument(run: RecordedRun) {
  return {
    run_id: run.runId,
    run_date: run.runDate,
    status: run.status,
    exit_code: run.exitCode,
    started_at: jsonInstant(run.startedAt),
    ended_at: jsonInstant(run.endedAt),
    host: run.host,
    pid: run.pid,
    version: run.version,
    error: jsonError(run.error),
  };
}

function anomalyDocument(anomaly: OpenAnomaly) {
  return {
    severity: anomaly.severity,
    category: anomaly.category,
    week_ending: anomaly.partition?.weekEnding ?? null,
    tier: anomaly.partition?.tier ?? null,
    stage: anomaly.stage,
    message: anomaly.message,
    occurrences: anomaly.occurrences,
    detected_at: jsonInstant(anomaly.detectedAt),
    last_seen_at: jsonInstant(anomaly.lastSeenAt),
  };
}

function countOf(anomalies: readonly OpenAnomaly[], severity: OpenAnomaly['severity']): number {
  return anomalies.filter((anomaly) => anomaly.severity === severity).length;
}
