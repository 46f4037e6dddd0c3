import { toJsonInstant } from '../domain/clock.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import type { Notice, PartitionReport, RunReport, StageReport, Totals, WeekReport } from '../schedule/report.ts';
import { exitCode } from './exit-code.ts';

/** The run's result as `--json` prints it: snake_case keys in a fixed order, ISO instants (DESIGN section 2). */
export function jsonReport(report: RunReport) {
  return {
    run_id: report.runId,
    mode: report.mode,
    run_date: report.runDate,
    started_at: isoInstant(report.startedAt),
    ended_at: isoInstant(report.endedAt),
    window: { weeks: report.window.weeks, tiers: report.window.tiers },
    source: report.source,
    database: report.database,
    data_dir: report.dataDir,
    partitions: report.partitions.map(partitionDocument),
    weeks: report.weeks.map(weekDocument),
    notices: report.notices.map(noticeDocument),
    unmatched_files: report.unmatched,
    totals: totalsDocument(report.totals),
    error: errorDocument(report.error),
    exit_code: exitCode(report),
  };
}

// What JSON lets through and a terminal could obey, but for the document's own line ends.
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** `value` as one indented JSON document with a line end; safe on a terminal, and parsed to the same value. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2).replace(STEERING, escaped)}\n`;
}

/** `value` as JSON on one line, with its line end; as safe as `jsonText`. */
export function jsonLine(value: object): string {
  return `${JSON.stringify(value).replace(STEERING, escaped)}\n`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function partitionDocument(report: PartitionReport) {
  return {
    week_ending: report.partition.weekEnding,
    tier: report.partition.tier,
    action: report.action,
    reason: report.reason,
    outcome: report.outcome,
    stages: report.stages.map(stageDocument),
    capture_id: report.captureId,
    rows: report.rows,
    rejects: report.rejects,
    published_on: report.publishedOn,
    due_after: report.dueAfter,
    error: errorDocument(report.error),
  };
}

function stageDocument(report: StageReport) {
  return {
    stage: report.stage,
    status: report.status,
    row_count: report.rowCount,
    seconds: toMilliseconds(report.seconds),
    error: errorDocument(report.error),
  };
}

function weekDocument({ weekEnding, tierSplit, readiness }: WeekReport) {
  return {
    week_ending: weekEnding,
    tier_split: {
      status: tierSplit.status,
      capture_id: tierSplit.captureId,
      row_count: tierSplit.rowCount,
      error: errorDocument(tierSplit.error),
    },
    readiness: {
      ready: readiness.ready,
      blockers: readiness.blockers,
      awaited_until: readiness.awaitedUntil,
    },
  };
}

function noticeDocument({ severity, category, partition, message }: Notice) {
  return {
    severity,
    category,
    week_ending: partition?.weekEnding ?? null,
    tier: partition?.tier ?? null,
    message,
  };
}

/** A run's totals as documents and logs have them. */
export function totalsDocument(totals: Totals) {
  return {
    partitions: totals.partitions,
    ingested: totals.ingested,
    resumed: totals.resumed,
    unchanged: totals.unchanged,
    awaiting: totals.awaiting,
    late: totals.late,
    cancelled: totals.cancelled,
    blocked: totals.blocked,
    retry_wait: totals.retryWait,
    failed: totals.failed,
    not_attempted: totals.notAttempted,
    planned: totals.planned,
    rows: totals.rows,
    rejects: totals.rejects,
    anomalies: totals.anomalies,
    seconds: toMilliseconds(totals.seconds),
  };
}

function errorDocument(error: ErrorDetails | null) {
  return error === null ? null : { code: error.code, message: error.message, hint: error.hint };
}

// A report's instants may come from the database or from a Date.
function isoInstant(instant: string): string {
  return instant.endsWith('Z') ? instant : toJsonInstant(instant);
}

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
