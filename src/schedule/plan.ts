import { captureId } from '../domain/capture-id.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import { type Partition, partitionKey } from '../domain/partition.ts';
import { printable } from '../domain/printable.ts';
import { CALC_VERSIONS, CAPTURE_CALCS, PIPELINES, type Stage } from '../domain/stage.ts';
import { publicationOf, publicationState } from '../finra/publication.ts';
import type { Availability } from '../sources/source.ts';
import type { PartitionState, StoredCapture } from '../store/partition-states.ts';
import type { PlannedPartition, Reason } from './action.ts';
import type { ScheduleOptions } from './schedule-options.ts';

/** What the source has for a partition, with its content hash where one is stored to compare it with. */
export type Found = Availability & { readonly contentHash?: string };

/** What the plan of one partition depends on; nothing else does. */
export interface PlanInput {
  readonly partition: Partition;
  /** Undefined: the source says nothing of it, or was not looked at. */
  readonly found: Found | undefined;
  readonly state: PartitionState;
  readonly options: PlanOptions;
}

export type PlanOptions = Pick<ScheduleOptions, 'onlyStage' | 'force' | 'runDate' | 'source' | 'publication'>;

/** The plan of every partition of a window, in its order: what a dry run prints and a run executes (DESIGN section 3). */
export function planWindow(
  partitions: readonly Partition[],
  found: ReadonlyMap<string, Found>,
  states: ReadonlyMap<string, PartitionState>,
  options: PlanOptions,
): PlannedPartition[] {
  return partitions.map((partition) => {
    const key = partitionKey(partition);
    const state = states.get(key);
    if (state === undefined) throw new Error(`no state was loaded for ${key}`);
    return planPartition({ partition, found: found.get(key), state, options });
  });
}

/** One partition's action with its reason (DESIGN section 3). */
export function planPartition(input: PlanInput): PlannedPartition {
  const { found, state, options } = input;
  const readsSource = options.onlyStage === 'ingest' || options.onlyStage === 'all';
  if (readsSource && (found?.status === 'unreadable' || found?.status === 'ambiguous'))
    return sourceFault(input, found);
  if (state.newest === null) return planFirst(input);
  const restates = readsSource && found?.status === 'available' ? restateReason(found, state.newest, options) : null;
  if (restates !== null) return planIngest(input, restates);
  return planLaterStages(input, state.newest, readsSource && found === undefined);
}

function planFirst(input: PlanInput): PlannedPartition {
  const { partition, found, options } = input;
  if (found?.status === 'available') return planIngest(input, 'first_capture');
  const state = publicationState(partition, options.runDate, options.publication);
  if (state === 'awaiting') return planned(input, 'awaiting', 'not_yet_published');
  if (state === 'late') return planned(input, 'late', 'publication_late');
  if (options.onlyStage === 'ingest' || options.onlyStage === 'all') {
    return planned(input, 'fail', 'source_missing', { error: missing(input) });
  }
  return planned(input, 'blocked', 'input_not_ready', { error: notReady(input, 'nothing is captured', 'ingest') });
}

function restateReason(
  found: Extract<Found, { status: 'available' }>,
  newest: StoredCapture,
  options: PlanOptions,
): Reason | null {
  if (options.force) return 'forced';
  if (newest.source !== options.source) return 'source_changed';
  if (found.summaryTypes !== undefined && found.summaryTypes !== newest.summaryTypes) return 'source_changed';
  return found.contentHash === newest.contentHash ? null : 'revised';
}

function planIngest(input: PlanInput, reason: Reason): PlannedPartition {
  const { partition, found, state, options } = input;
  if (isOlder(options, state.newest)) return newerCapture(input, state.newest);
  const stages: Stage[] = options.onlyStage === 'ingest' ? ['RAW'] : ['RAW', 'NORMALIZED', ...CAPTURE_CALCS];
  return withoutCancelled(input, {
    ...planned(input, 'ingest', reason),
    stages,
    locator: found?.status === 'available' ? found.locator : null,
    captureId: captureId(partition, options.runDate),
  });
}

function planLaterStages(input: PlanInput, newest: StoredCapture, gone: boolean): PlannedPartition {
  const { state, options } = input;
  const done = planned(input, 'skip', gone ? 'source_gone' : 'unchanged', { captureId: newest.captureId });
  if (options.onlyStage === 'ingest') return done;
  const recompute = options.force && options.onlyStage === 'calc';
  const pending = pendingStages(state, recompute);
  const wanted = pending.filter((stage) => isWanted(stage, options.onlyStage));
  const unready = options.onlyStage === 'calc' && pending.includes('NORMALIZED');
  if (wanted.length === 0 && !unready) return done;
  if (isOlder(options, newest)) return newerCapture(input, newest);
  if (unready) {
    const error = notReady(input, `${newest.captureId} is ${newest.state}, not accepted`, 'normalize');
    return planned(input, 'blocked', 'input_not_ready', { error, captureId: newest.captureId });
  }
  return withoutCancelled(input, {
    ...planned(input, 'resume', recompute ? 'forced' : resumeReason(wanted, newest)),
    stages: wanted,
    captureId: newest.captureId,
  });
}

/** The stages of a partition that are missing, were made from another capture, or have another calc version. */
export function pendingStages(state: PartitionState, recompute = false): Stage[] {
  const { newest, accepted, stages } = state;
  if (newest === null) return [];
  const normalized = stages.get('NORMALIZED')?.captureKey;
  if (newest.state !== 'accepted' || normalized !== newest.captureKey) return ['NORMALIZED', ...CAPTURE_CALCS];
  const first = CAPTURE_CALCS.findIndex((calc) => recompute || !isCurrent(state, calc, accepted));
  return first === -1 ? [] : [...CAPTURE_CALCS.slice(first)];
}

/** Whether a calc was made from the accepted capture, by the present version. */
export function isCurrent(
  state: PartitionState,
  calc: (typeof CAPTURE_CALCS)[number],
  accepted: StoredCapture | null,
): boolean {
  const stage = state.stages.get(calc);
  return stage?.captureKey === accepted?.captureKey && stage?.calcVersion === CALC_VERSIONS[calc];
}

function isWanted(stage: Stage, onlyStage: PlanOptions['onlyStage']): boolean {
  if (onlyStage === 'normalize') return stage === 'NORMALIZED';
  return onlyStage === 'all' || stage !== 'NORMALIZED';
}

function resumeReason(stages: readonly Stage[], newest: StoredCapture): Reason {
  if (!stages.includes('NORMALIZED')) return 'calc_pending';
  return newest.state === 'rejected' ? 'normalize_rejected' : 'normalize_pending';
}

// An operator's cancel holds until `work retry` or --force: the cancelled stage and those that need it do not run.
function withoutCancelled(input: PlanInput, plan: PlannedPartition): PlannedPartition {
  if (input.options.force) return plan;
  const cut = plan.stages.findIndex((stage) => input.state.cancelled.has(PIPELINES[stage]));
  if (cut === -1) return plan;
  if (cut > 0) return { ...plan, stages: plan.stages.slice(0, cut) };
  return planned(input, 'skip', 'cancelled', { captureId: input.state.newest?.captureId ?? null });
}

function isOlder(options: PlanOptions, newest: StoredCapture | null): boolean {
  return newest !== null && options.runDate < newest.runDate;
}

function planned(
  { partition, options }: PlanInput,
  action: PlannedPartition['action'],
  reason: Reason,
  more: { error?: ErrorDetails; captureId?: string | null } = {},
): PlannedPartition {
  return {
    partition,
    action,
    reason,
    stages: [],
    locator: null,
    captureId: more.captureId ?? null,
    publication: publicationOf(partition, options.publication),
    error: more.error ?? null,
  };
}

function sourceFault(input: PlanInput, found: Exclude<Found, { status: 'available' }>): PlannedPartition {
  const captured = { captureId: input.state.newest?.captureId ?? null };
  if (found.status === 'ambiguous') {
    const names = found.locators.map(printable).join(' and ');
    const error = {
      code: 'source_ambiguous',
      message: `two files or more are for this partition: ${names}`,
      hint: 'keep the right one in the data folder and move the others away; none was read',
    };
    return planned(input, 'fail', 'source_ambiguous', { ...captured, error });
  }
  const error = {
    code: 'source_unreadable',
    message: `${printable(found.locator)} cannot be read: ${printable(found.message)}`,
    hint: 'check the file, its owner and its mode, then run again',
  };
  return planned(input, 'fail', 'source_unreadable', { ...captured, error });
}

function missing({ partition, options }: PlanInput): ErrorDetails {
  const { publishedOn } = publicationOf(partition, options.publication);
  return {
    code: 'source_missing',
    message: `the source has nothing for it, though FINRA was to publish it on ${publishedOn}`,
    hint: 'fetch it into the data folder and run again; --publication-grace sets how long absence is tolerated',
  };
}

function notReady({ partition }: PlanInput, what: string, stage: 'ingest' | 'normalize'): ErrorDetails {
  return {
    code: 'input_not_ready',
    message: `${what}, so there is nothing to work on`,
    hint: `run-finra-weekly-schedule --weeks ${partition.weekEnding} --tiers ${partition.tier} --only-stage ${stage}`,
  };
}

function newerCapture(input: PlanInput, newest: StoredCapture | null): PlannedPartition {
  const id = newest?.captureId ?? null;
  return planned(input, 'blocked', 'newer_capture', {
    captureId: id,
    error: {
      code: 'newer_capture',
      message: `the run date ${input.options.runDate} is before its newest capture, ${id}, which stays as it is`,
      hint: 'leave --run-date out, or give one that is not before that capture',
    },
  });
}
