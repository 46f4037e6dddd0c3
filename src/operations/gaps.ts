import type { StorePartition } from '../domain/partition.ts';
import { PIPELINES, type Pipeline, type Stage } from '../domain/stage.ts';
import type { Publication } from '../finra/publication.ts';
import type { StageStanding, StageState } from './stage-states.ts';

/** What an operator can do about a gap; the command line words it. */
export type Mend =
  | { readonly kind: 'retry'; readonly itemId: number }
  /**
   * A run of the partition; of the calcs alone where nothing else is missing, which needs no source; forced where all is
   * current.
   */
  | { readonly kind: 'run'; readonly partition: StorePartition; readonly onlyCalcs: boolean; readonly force?: true };

/** Something that is due and not complete. */
export interface Gap {
  readonly partition: StorePartition;
  /** Its first stage that is a gap. */
  readonly stage: Stage;
  readonly state: StageState;
  readonly message: string;
  /** What to see to first, where a command alone does not mend it. */
  readonly hint: string | null;
  readonly itemId: number | null;
  /** In order. */
  readonly mends: readonly Mend[];
}

/** The gap that an incomplete stage makes; `publication` is null for a tier split, which nobody publishes. */
export function gapOf(
  partition: StorePartition,
  standing: StageStanding,
  captureId: string | null,
  publication: Publication | null,
): Gap {
  const { stage, state, item } = standing;
  const run: Mend = { kind: 'run', partition, onlyCalcs: isCalc(PIPELINES[stage]) };
  const retried = item !== null && item.state === 'FAILED';
  return {
    partition,
    stage,
    state,
    message: messageOf(standing, captureId, publication),
    hint: HINTS[state] ?? null,
    itemId: item?.id ?? null,
    mends: retried ? [{ kind: 'retry', itemId: item.id }, run] : [run],
  };
}

/** How a stage that is complete and current is made again, which no run does by itself. */
export function remakeOf(partition: StorePartition, pipeline: Pipeline): Mend {
  return { kind: 'run', partition, onlyCalcs: isCalc(pipeline), force: true };
}

function isCalc(pipeline: Pipeline): boolean {
  return pipeline !== PIPELINES.RAW && pipeline !== PIPELINES.NORMALIZED;
}

const HINTS: Readonly<Partial<Record<StageState, string>>> = {
  missing: 'fetch it first, if FINRA has published it by now',
  running: 'wait for its run to end; where that was killed, the next one goes on from there',
  failed: 'mend what the error names first',
  rejected: 'it fails again until the file or the gate changes; --force accepts a capture that shrank',
};

function messageOf(standing: StageStanding, captureId: string | null, publication: Publication | null): string {
  const { stage, state, item } = standing;
  const error = standing.error ?? 'no error was recorded';
  switch (state) {
    case 'missing':
      return `nothing is captured, though FINRA was to publish it on ${publication?.publishedOn}`;
    case 'failed':
      if (stage !== 'RAW' || captureId === null) return error;
      return `${item?.state === 'FAILED' ? 'a newer version' : 'what its source has'} could not be taken: ${error}`;
    case 'rejected':
      return `its newest capture breached a quality gate: ${error}`;
    case 'retry_wait':
      return `waits until ${item?.nextAttemptAt?.slice(0, 19)} UTC for another attempt: ${error}`;
    case 'running':
      return `work item ${item?.id} is running, claimed by ${item?.lockedBy}`;
    case 'stale':
      return `${stage} was made from another capture, or by another version`;
    default:
      return stage === 'NORMALIZED' ? 'its newest capture is not normalized yet' : `${stage} is not computed yet`;
  }
}
