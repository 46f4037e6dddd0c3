import { CAPTURE_CALCS, PIPELINES, type Stage } from '../domain/stage.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { PublicationState } from '../finra/publication.ts';
import { isCurrent } from '../schedule/plan.ts';
import { tierSplitIsCurrent } from '../schedule/tier-split-state.ts';
import { acceptedInputs, type PartitionState } from '../store/partition-states.ts';
import type { ListedItem } from '../store/work-queries.ts';

/** How a stage of a partition stands. */
export type StageState =
  /** Made from the present capture, by the present version. */
  | 'complete'
  /** Nothing is captured, and FINRA is to publish it. */
  | 'awaiting'
  /** The same, past the day of publication but within the grace. */
  | 'late'
  /** The same, past the grace. */
  | 'missing'
  /** Its input is there, and it has not been made. */
  | 'pending'
  /** Made from another capture, or by another version. */
  | 'stale'
  /** Its input is not there. */
  | 'waiting'
  | 'running'
  | 'retry_wait'
  | 'failed'
  /** Failed by a quality gate. */
  | 'rejected'
  /** Left alone on purpose, also where an older result is still current. */
  | 'cancelled';

/** A stage, and the work item that makes it. */
export interface StageStanding {
  readonly stage: Stage;
  readonly state: StageState;
  readonly item: ListedItem | null;
  /** Whether its result is there and current, whatever became of a later attempt. */
  readonly isMade: boolean;
  /** What went wrong last; null where nothing is known to have. */
  readonly error: string | null;
}

const TIER_STAGES = ['RAW', 'NORMALIZED', ...CAPTURE_CALCS] as const;

type TierStage = (typeof TIER_STAGES)[number];

/**
 * How the five stages of a tier's partition stand, in their order; `items` are the partition's, and `sourceFault` is
 * what keeps its source from being taken (`sourceFaults`).
 */
export function tierStageStates(
  stored: PartitionState,
  publication: PublicationState,
  items: readonly ListedItem[],
  sourceFault: string | null,
): StageStanding[] {
  const standings: StageStanding[] = [];
  let ready = true;
  for (const stage of TIER_STAGES) {
    const item = itemOf(items, stage);
    const failed = stage === 'NORMALIZED' && stored.newest?.state === 'rejected' ? 'rejected' : 'failed';
    const isMade = isStageCurrent(stored, stage);
    const own = isMade ? 'complete' : unmade(stored, stage, ready, publication);
    const fault = stage === 'RAW' ? sourceFault : null;
    const state = withFault(withItem(own, item, failed), item, fault);
    standings.push({ stage, state, item, isMade, error: fault ?? item?.lastError ?? null });
    // What was cancelled over an older result keeps the later stages of that from nothing.
    ready &&= state === 'complete' || (state === 'cancelled' && isMade);
  }
  return standings;
}

/** How a week's tier split stands; `states` hold the week's partitions, `items` are those of its ALL_TIERS. */
export function tierSplitState(
  weekEnding: WeekEnding,
  split: PartitionState | undefined,
  states: ReadonlyMap<string, PartitionState>,
  items: readonly ListedItem[],
): StageStanding {
  const inputs = acceptedInputs(weekEnding, states);
  const item = itemOf(items, 'TIER_SPLIT');
  const standing = { stage: 'TIER_SPLIT', item, error: item?.lastError ?? null } as const;
  if (inputs === null) return { ...standing, state: 'waiting', isMade: false };
  const isMade = tierSplitIsCurrent(split, inputs);
  const unmadeState = split?.stages.has('TIER_SPLIT') ? 'stale' : 'pending';
  return { ...standing, state: withItem(isMade ? 'complete' : unmadeState, item, 'failed'), isMade };
}

/**
 * The one of `standings` that decides how the partition stands: the first gap, or else the first that is not complete;
 * null when all are.
 */
export function decisiveStage(standings: readonly StageStanding[]): StageStanding | null {
  const gap = standings.find(({ state }) => isGap(state));
  return gap ?? standings.find(({ state }) => state !== 'complete') ?? null;
}

const NO_GAP: readonly StageState[] = ['complete', 'awaiting', 'late', 'cancelled', 'waiting'];

/** Whether something is due and not complete; what FINRA still owes is not, nor what an operator cancelled. */
export function isGap(state: StageState): boolean {
  return !NO_GAP.includes(state);
}

function isStageCurrent(stored: PartitionState, stage: TierStage): boolean {
  const { newest, accepted, stages } = stored;
  if (stage === 'RAW') return newest !== null;
  if (stage === 'NORMALIZED') {
    return newest?.state === 'accepted' && stages.get('NORMALIZED')?.captureKey === newest.captureKey;
  }
  return accepted !== null && isCurrent(stored, stage, accepted);
}

function unmade(stored: PartitionState, stage: TierStage, ready: boolean, publication: PublicationState): StageState {
  if (stage === 'RAW') return publication === 'due' ? 'missing' : publication;
  if (!ready) return 'waiting';
  if (stage === 'NORMALIZED' && stored.newest?.state === 'rejected') return 'rejected';
  return stored.stages.has(stage) ? 'stale' : 'pending';
}

// A failure or a cancellation counts even where an older result is still current: a newer version was not taken.
function withItem(own: StageState, item: ListedItem | null, failed: 'failed' | 'rejected'): StageState {
  if (item?.state === 'FAILED') return failed;
  if (item?.state === 'RETRY_WAIT') return 'retry_wait';
  if (item?.state === 'CANCELLED') return 'cancelled';
  return item?.state === 'RUNNING' && own !== 'complete' ? 'running' : own;
}

// A plan that fails leaves no work item behind, or one of an earlier version; an operator's cancel stays what it is.
function withFault(state: StageState, item: ListedItem | null, fault: string | null): StageState {
  if (fault === null || state === 'retry_wait' || state === 'running' || item?.state === 'CANCELLED') return state;
  return 'failed';
}

function itemOf(items: readonly ListedItem[], stage: Stage): ListedItem | null {
  return items.find(({ pipeline }) => pipeline === PIPELINES[stage]) ?? null;
}
