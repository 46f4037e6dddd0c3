import type { PartitionReport, RunReport, WeekReport } from '../schedule/report.ts';

/** What the process ends with (DESIGN section 2). */
export type ExitCode = 0 | 1 | 2;

/** What an exit code means, in a word and in a sentence for the last line of a report. */
export interface ExitMeaning {
  readonly word: string;
  readonly sentence: string;
}

type TierSplitStatus = WeekReport['tierSplit']['status'];

const UNSETTLED_OUTCOMES: readonly string[] = ['failed', 'blocked', 'retry_wait', 'not_attempted'] satisfies Array<
  PartitionReport['outcome'] & TierSplitStatus
>;
const UNSETTLED_ACTIONS: readonly string[] = ['fail', 'blocked'] satisfies Array<PartitionReport['action']>;

const MEANINGS: Readonly<Record<ExitCode, ExitMeaning>> = {
  0: { word: 'success', sentence: 'no partition needs attention' },
  1: { word: 'partial failure', sentence: 'at least one partition needs attention' },
  2: { word: 'critical', sentence: 'the run could not do its job' },
};

/** The exit code of a run or dry run, by the table of DESIGN section 2. */
export function exitCode(report: RunReport): ExitCode {
  if (report.error !== null) return 2;
  const partitions = report.partitions.some((partition) => needsAttention(report.mode, partition));
  const weeks = report.weeks.some((week) => UNSETTLED_OUTCOMES.includes(week.tierSplit.status));
  return partitions || weeks ? 1 : 0;
}

/** The word and the sentence of an exit code; both hold for a run and for a dry run. */
export function exitMeaning(code: ExitCode): ExitMeaning {
  return MEANINGS[code];
}

function needsAttention(mode: RunReport['mode'], { action, outcome }: PartitionReport): boolean {
  return UNSETTLED_OUTCOMES.includes(outcome) || (mode === 'dry-run' && UNSETTLED_ACTIONS.includes(action));
}
