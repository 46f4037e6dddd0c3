import { ALL_TIERS } from '../../domain/tier.ts';
import type { Action, Reason } from '../../schedule/action.ts';
import type { Outcome, Totals, WeekReport } from '../../schedule/report.ts';
import type { Tone } from './style.ts';

/** A state in the operator's words. */
export interface Wording {
  readonly word: string;
  readonly tone: Tone;
}

/** What a cell of the grid says of a partition. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, Wording>> = {
  ingested: { word: 'ingested', tone: 'good' },
  resumed: { word: 'resumed', tone: 'good' },
  unchanged: { word: 'unchanged', tone: 'quiet' },
  awaiting: { word: 'awaiting', tone: 'quiet' },
  late: { word: 'late', tone: 'warn' },
  cancelled: { word: 'cancelled', tone: 'quiet' },
  blocked: { word: 'blocked', tone: 'bad' },
  retry_wait: { word: 'retry wait', tone: 'bad' },
  failed: { word: 'failed', tone: 'bad' },
  not_attempted: { word: 'not attempted', tone: 'bad' },
  planned: { word: 'planned', tone: 'plain' },
};

/** What the grid says of a week's tier split. */
export const TIER_SPLIT_WORDS: Readonly<Record<WeekReport['tierSplit']['status'], Wording>> = {
  computed: { word: 'computed', tone: 'good' },
  current: { word: 'unchanged', tone: 'quiet' },
  awaited: { word: 'awaited', tone: 'quiet' },
  cancelled: { word: 'cancelled', tone: 'quiet' },
  blocked: { word: 'blocked', tone: 'bad' },
  retry_wait: { word: 'retry wait', tone: 'bad' },
  failed: { word: 'failed', tone: 'bad' },
  not_attempted: { word: 'not attempted', tone: 'bad' },
  not_selected: { word: 'not selected', tone: 'quiet' },
  planned: { word: 'planned', tone: 'plain' },
};

/** The totals of partitions, those that need attention first; `would` where a dry run says it otherwise. */
export const TOTAL_WORDS: ReadonlyArray<Wording & { readonly total: keyof Totals; readonly would?: string }> = [
  { total: 'failed', word: 'failed', would: 'would fail', tone: 'bad' },
  { total: 'blocked', word: 'blocked', would: 'would be blocked', tone: 'bad' },
  { total: 'retryWait', word: 'waiting for a retry', tone: 'bad' },
  { total: 'notAttempted', word: 'not attempted', tone: 'bad' },
  { total: 'planned', word: 'to ingest or resume', tone: 'plain' },
  { total: 'ingested', word: 'ingested', tone: 'plain' },
  { total: 'resumed', word: 'resumed', tone: 'plain' },
  { total: 'unchanged', word: 'unchanged', tone: 'plain' },
  { total: 'awaiting', word: 'awaiting publication', tone: 'plain' },
  { total: 'late', word: 'late', tone: 'warn' },
  { total: 'cancelled', word: 'cancelled', tone: 'plain' },
];

/** The plan in numbers, what needs attention first. */
export const PLAN_WORDS: ReadonlyArray<Wording & { readonly action: Action }> = [
  { action: 'fail', word: 'failing', tone: 'bad' },
  { action: 'blocked', word: 'blocked', tone: 'bad' },
  { action: 'ingest', word: 'to ingest', tone: 'plain' },
  { action: 'resume', word: 'to resume', tone: 'plain' },
  { action: 'skip', word: 'to skip', tone: 'plain' },
  { action: 'awaiting', word: 'awaiting publication', tone: 'plain' },
  { action: 'late', word: 'late', tone: 'warn' },
];

/** What a plan says it does with a partition, as a run states it and as a dry run does. */
export const ACTION_WORDS: Readonly<
  Record<Action, { readonly will: string; readonly would: string; readonly tone: Tone }>
> = {
  ingest: { will: 'ingest', would: 'would ingest', tone: 'plain' },
  resume: { will: 'resume', would: 'would resume', tone: 'plain' },
  skip: { will: 'skip', would: 'would skip', tone: 'quiet' },
  awaiting: { will: 'wait', would: 'would wait', tone: 'quiet' },
  late: { will: 'wait', would: 'would wait', tone: 'warn' },
  blocked: { will: 'blocked', would: 'would be blocked', tone: 'bad' },
  fail: { will: 'fail', would: 'would fail', tone: 'bad' },
};

/** Why a plan does it. */
export const REASON_WORDS: Readonly<Record<Reason, string>> = {
  first_capture: 'first capture',
  revised: 'revised',
  source_changed: 'source changed',
  forced: 'forced',
  normalize_pending: 'normalize pending',
  normalize_rejected: 'rejected before',
  calc_pending: 'calcs pending',
  unchanged: 'unchanged',
  source_gone: 'unchanged, source gone',
  cancelled: 'cancelled',
  not_yet_published: 'not yet published',
  publication_late: 'publication late',
  input_not_ready: 'input not ready',
  newer_capture: 'newer capture',
  source_missing: 'source missing',
  source_empty: 'source empty',
  source_unreadable: 'source unreadable',
  source_ambiguous: 'source ambiguous',
};

/** What a dry run says of a week's tier split. */
export const TIER_SPLIT_PLAN_WORDS: Readonly<
  Record<WeekReport['tierSplit']['status'], { readonly would: string; readonly reason: string; readonly tone: Tone }>
> = {
  planned: { would: 'would compute', reason: 'inputs new or revised', tone: 'plain' },
  computed: { would: 'would compute', reason: 'inputs new or revised', tone: 'plain' },
  current: { would: 'would skip', reason: 'unchanged', tone: 'quiet' },
  awaited: { would: 'would wait', reason: 'until all three tiers are accepted', tone: 'quiet' },
  cancelled: { would: 'would skip', reason: 'cancelled', tone: 'quiet' },
  not_selected: { would: 'would skip', reason: 'not selected', tone: 'quiet' },
  blocked: { would: 'would be blocked', reason: 'input not ready', tone: 'bad' },
  failed: { would: 'would fail', reason: 'input not ready', tone: 'bad' },
  retry_wait: { would: 'would be blocked', reason: 'waiting for a retry', tone: 'bad' },
  not_attempted: { would: 'would be blocked', reason: 'not attempted', tone: 'bad' },
};

/** A tier as reports name it; the three together are the week's tier split. */
export function tierName(tier: string): string {
  return tier === ALL_TIERS ? 'tier split' : tier;
}

/** A partition, or a week's tier split, in a sentence: `2025-12-19 OTC`. */
export function partitionName({ weekEnding, tier }: { readonly weekEnding: string; readonly tier: string }): string {
  return `${weekEnding} ${tierName(tier)}`;
}
