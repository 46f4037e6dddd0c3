import type { ErrorDetails } from '../domain/errors.ts';
import type { Partition } from '../domain/partition.ts';
import type { Stage } from '../domain/stage.ts';

/** What a plan does with a partition (DESIGN section 3); the same words in a run and in a dry run. */
export const ACTIONS = ['ingest', 'resume', 'skip', 'awaiting', 'late', 'blocked', 'fail'] as const;

export type Action = (typeof ACTIONS)[number];

/** Why, as a stable code. */
export type Reason =
  | 'first_capture'
  | 'revised'
  | 'source_changed'
  | 'forced'
  | 'normalize_pending'
  | 'normalize_rejected'
  | 'calc_pending'
  | 'unchanged'
  | 'source_gone'
  | 'cancelled'
  | 'not_yet_published'
  | 'publication_late'
  | 'input_not_ready'
  | 'newer_capture'
  | 'source_missing'
  | 'source_empty'
  | 'source_unreadable'
  | 'source_ambiguous';

export type SourceHas = 'stored' | 'nothing' | 'cancelled';

/** One partition's line of the plan. */
export interface PlannedPartition {
  readonly partition: Partition;
  readonly action: Action;
  readonly reason: Reason;
  /** The stages the run will carry out, in order. */
  readonly stages: readonly Stage[];
  /** Where the source has it, for `ingest`. */
  readonly locator: string | null;
  /** The capture the action is about: the stored one, or the one an ingest will make. */
  readonly captureId: string | null;
  /** For awaiting and late: the day from which its absence is a failure, and the day FINRA is to publish it. */
  readonly publication: { readonly publishedOn: string; readonly dueAfter: string };
  /** For fail and blocked. */
  readonly error: ErrorDetails | null;
  /**
   * For skip and resume, where the source was looked at: whether it has the version that is stored, nothing, or another
   * one that an operator cancelled.
   */
  readonly sourceHas?: SourceHas;
  /** Where stages were cut off because an operator cancelled the work item of the first of them. */
  readonly cut?: { readonly stage: Stage; readonly itemId: number };
  /** For fail: whether another attempt may find the source readable. */
  readonly transient?: boolean;
}

/** Whether the source could not be read when the partition was planned, and its ingest is to try again. */
export function isUnread({ action, transient }: PlannedPartition): boolean {
  return action === 'fail' && transient === true;
}
