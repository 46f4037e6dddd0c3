import { toJsonInstant } from '../domain/clock.ts';
import { ALL_TIERS } from '../domain/tier.ts';
import type { PlannedPartition } from '../schedule/action.ts';
import type { RunEvent } from '../schedule/events.ts';
import type { Notice, PartitionReport, RunReport, StageReport, WeekReport } from '../schedule/report.ts';
import { exitCode, exitMeaning } from './exit-code.ts';
import { totalsDocument } from './json-report.ts';
import { errorFields, type LogLevel, type LogLine } from './log-lines.ts';
import { counted } from './text/figures.ts';
import type { Tone } from './text/style.ts';
import { ACTION_WORDS, OUTCOME_WORDS, partitionName, REASON_WORDS, TIER_SPLIT_WORDS } from './text/words.ts';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

const SEVERITY_LEVELS = { INFO: 'info', WARN: 'warn', ERROR: 'error', CRITICAL: 'error' } as const;
const TONE_LEVELS: Readonly<Record<Tone, LogLevel>> = {
  good: 'info',
  plain: 'info',
  quiet: 'info',
  warn: 'warn',
  bad: 'error',
};

/** What the log says of an event, while it happens. */
export function eventLines(event: RunEvent): LogLine[] {
  switch (event.type) {
    case 'run_started':
      return [startLine(event)];
    case 'planned':
      return [planLine(event, 'planned', event.unmatched.length), ...event.partitions.map(plannedLine)];
    case 'replanned':
      return [planLine(event, 'planned anew', null), ...event.partitions.map(plannedLine)];
    case 'phase_started': {
      const { phase, steps } = event;
      return [{ level: 'info', event: event.type, message: `${phase}: ${counted(steps, 'partition')}`, phase, steps }];
    }
    case 'stage_started': {
      const { partition, stage } = event;
      const message = `${partitionName(partition)}: ${stage}`;
      return [{ level: 'debug', event: event.type, message, ...placeOf(partition), stage }];
    }
    case 'stage_ended':
      return [stageLine(event)];
    case 'waiting': {
      const message = `waiting to retry ${counted(event.items, 'stage')}`;
      return [{ level: 'info', event: event.type, message, until: toJsonInstant(event.until), items: event.items }];
    }
    case 'notice':
      return [noticeLine(event.notice)];
    case 'run_failed':
      return [
        {
          level: 'error',
          event: event.type,
          message: event.error.message,
          ...errorFields(event.error),
          stack: event.stack,
        },
      ];
  }
}

/** What the log says of the result: each partition, each week, the run. */
export function reportLines(report: RunReport): LogLine[] {
  return [...report.partitions.map(partitionLine), ...report.weeks.map(weekLine), endLine(report)];
}

/** What the log says of a remark beside the partitions. */
export function noticeLine({ severity, category, partition, message }: Notice): LogLine {
  const place = partition === null ? {} : placeOf(partition);
  return { level: SEVERITY_LEVELS[severity], event: 'notice', message, ...place, category, severity };
}

function startLine({ mode, runDate, window, source, dataDir, database }: EventOf<'run_started'>): LogLine {
  return {
    level: 'info',
    event: 'run_started',
    message: mode === 'dry-run' ? `dry run, run date ${runDate}` : `weekly run, run date ${runDate}`,
    mode,
    run_date: runDate,
    weeks: window.weeks,
    tiers: window.tiers,
    source,
    data_dir: dataDir,
    database,
  };
}

function planLine(
  { type, partitions }: EventOf<'planned' | 'replanned'>,
  verb: string,
  unmatchedFiles: number | null,
): LogLine {
  const message = `${counted(partitions.length, 'partition')} ${verb}`;
  const actions = partitions.map(({ action }) => action);
  const counts = Object.fromEntries([...new Set(actions)].map((action) => [action, count(actions, action)]));
  return { level: 'info', event: type, message, actions: counts, unmatched_files: unmatchedFiles };
}

function plannedLine({ partition, action, reason, stages, captureId, locator }: PlannedPartition): LogLine {
  return {
    level: 'debug',
    event: 'partition_planned',
    message: `${partitionName(partition)}: ${ACTION_WORDS[action].will}, ${REASON_WORDS[reason]}`,
    ...placeOf(partition),
    action,
    reason,
    stages,
    capture_id: captureId,
    locator,
  };
}

const STATUS_LEVELS: Readonly<Record<StageReport['status'], LogLevel>> = {
  complete: 'info',
  failed: 'error',
  retry_wait: 'warn',
  deferred: 'info',
  cancelled: 'info',
  planned: 'info',
};

function stageLine({ partition, stage, result, captureId, rejects }: EventOf<'stage_ended'>): LogLine {
  const { status, error, rowCount, seconds } = result;
  return {
    level: STATUS_LEVELS[status],
    event: 'stage_ended',
    message: withError(`${partitionName(partition)}: ${stage} ${status.replace('_', ' ')}`, error),
    ...placeOf(partition),
    stage,
    status,
    capture_id: captureId,
    rows: rowCount,
    rejects,
    seconds,
    ...errorFields(error),
  };
}

function partitionLine(report: PartitionReport): LogLine {
  const { partition, action, reason, outcome, captureId, rows, rejects, error } = report;
  const { word, tone } = OUTCOME_WORDS[outcome];
  return {
    level: TONE_LEVELS[tone],
    event: 'partition_ended',
    message: withError(`${partitionName(partition)}: ${word}`, error),
    ...placeOf(partition),
    action,
    reason,
    outcome,
    capture_id: captureId,
    rows,
    rejects,
    ...errorFields(error),
  };
}

function weekLine({ weekEnding, tierSplit, readiness }: WeekReport): LogLine {
  const partition = { weekEnding, tier: ALL_TIERS };
  const { word, tone } = TIER_SPLIT_WORDS[tierSplit.status];
  return {
    level: TONE_LEVELS[tone],
    event: 'week_ended',
    message: withError(`${partitionName(partition)}: ${word}`, tierSplit.error),
    ...placeOf(partition),
    tier_split: tierSplit.status,
    capture_id: tierSplit.captureId,
    rows: tierSplit.rowCount,
    ready: readiness.ready,
    blockers: readiness.blockers,
    awaited_until: readiness.awaitedUntil,
    ...errorFields(tierSplit.error),
  };
}

function endLine(report: RunReport): LogLine {
  const code = exitCode(report);
  const { word, sentence } = exitMeaning(code);
  const { seconds, ...totals } = totalsDocument(report.totals);
  return {
    level: (['info', 'warn', 'error'] as const)[code],
    event: 'run_ended',
    message: `${word}: ${sentence}`,
    mode: report.mode,
    exit_code: code,
    seconds,
    totals,
    ...errorFields(report.error),
  };
}

function placeOf({ weekEnding, tier }: { readonly weekEnding: string; readonly tier: string }) {
  return { week_ending: weekEnding, tier };
}

function withError(text: string, error: { readonly message: string } | null): string {
  return error === null ? text : `${text}: ${error.message}`;
}

function count<T>(items: readonly T[], wanted: T): number {
  return items.filter((item) => item === wanted).length;
}
