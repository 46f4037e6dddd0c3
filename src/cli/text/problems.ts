import type { ErrorDetails } from '../../domain/errors.ts';
import { ALL_TIERS } from '../../domain/tier.ts';
import type { Notice, PartitionReport, RunReport, WeekReport } from '../../schedule/report.ts';
import { errorLines, noticeLines } from './diagnostics.ts';
import type { Style } from './style.ts';
import { partitionName } from './words.ts';

/** One thing an operator has to look at. */
interface Problem {
  readonly subject: string;
  readonly verb: string;
  readonly error: ErrorDetails;
}

type SplitStatus = WeekReport['tierSplit']['status'];

/** How a state reads in a run and in a dry run; states that are not here are no problem of their own. */
const VERBS: Readonly<Record<string, { readonly run: string; readonly 'dry-run': string }>> = {
  failed: { run: 'failed', 'dry-run': 'would fail' },
  fail: { run: 'failed', 'dry-run': 'would fail' },
  blocked: { run: 'is blocked', 'dry-run': 'would be blocked' },
  retry_wait: { run: 'waits for a retry', 'dry-run': 'waits for a retry' },
} satisfies Partial<Record<PartitionReport['outcome'] | PartitionReport['action'] | SplitStatus, object>>;

const SEVERITIES: readonly Notice['severity'][] = ['INFO', 'WARN', 'ERROR', 'CRITICAL'];

const UNEXPLAINED: ErrorDetails = {
  code: 'unexplained',
  message: 'no reason was recorded',
  hint: 'run it again with --verbose',
};

/** For stderr: each partition and tier split that failed, is blocked or waits for a retry, then what stopped the run. */
export function problemLines(style: Style, report: RunReport): string[] {
  return [
    ...problemsOf(report).flatMap(({ subject, verb, error }) => errorLines(style, error, `${subject} ${verb}: `)),
    ...(report.error === null ? [] : errorLines(style, report.error)),
  ];
}

/** For stderr: what was said beside the partitions, mildest first, but for what a problem says already. */
export function noticesLines(style: Style, report: RunReport, quiet: boolean): string[] {
  const said = new Set(problemsOf(report).map(({ error }) => error.message));
  return SEVERITIES.filter((severity) => !(quiet && severity === 'INFO')).flatMap((severity) => {
    const notices = report.notices.filter((notice) => notice.severity === severity && !said.has(notice.message));
    return notices.flatMap((notice) => noticeLines(style, notice));
  });
}

function problemsOf({ mode, partitions, weeks }: RunReport): Problem[] {
  const problems = [
    ...partitions.map((partition) => partitionProblem(mode, partition)),
    ...weeks.map((week) => splitProblem(mode, week)),
  ];
  return problems.filter((problem) => problem !== null);
}

function partitionProblem(mode: RunReport['mode'], report: PartitionReport): Problem | null {
  const { partition, outcome, action, stages } = report;
  const verb = VERBS[outcome]?.[mode] ?? (mode === 'dry-run' ? VERBS[action]?.[mode] : undefined);
  if (verb === undefined) return null;
  const error = report.error ?? stages.findLast((stage) => stage.error !== null)?.error ?? UNEXPLAINED;
  return { subject: partitionName(partition), verb, error };
}

function splitProblem(mode: RunReport['mode'], { weekEnding, tierSplit }: WeekReport): Problem | null {
  const verb = VERBS[tierSplit.status]?.[mode];
  return verb === undefined
    ? null
    : { subject: partitionName({ weekEnding, tier: ALL_TIERS }), verb, error: tierSplit.error ?? UNEXPLAINED };
}
