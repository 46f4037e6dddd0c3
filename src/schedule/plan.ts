import { captureId } from '../domain/capture-id.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import { type Partition, partitionKey } from '../domain/partition.ts';
import { CALC_VERSIONS, CAPTURE_CALCS, PIPELINES, type Stage } from '../domain/stage.ts';
import { publicationOf, publicationState } from '../finra/publication.ts';
import { type Availability, SOURCE_EMPTY } from '../sources/source.ts';
import type { PartitionState, StoredCapture } from '../store/partition-states.ts';
import type { PlannedPartition, Reason, SourceHas } from './action.ts';
import { inputNotReady, newerThanRun, sourceAmbiguous, sourceMissing, sourceUnreadable } from './plan-errors.ts';
import { looksAtSource, type ScheduleOptions } from './schedule-options.ts';

/** What the source has for a partition, with its content hash where it was read. */
export type Found =
  | (Availability & { readonly contentHash?: string })
  /** The source names it, and had nothing of it when it was read. */
  | { readonly status: 'empty'; readonly error: ErrorDetails };

type Available = Extract<Found, { status: 'available' }>;
type Fault = Extract<Found, { status: 'unreadable' | 'ambiguous' }>;

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
  const plan = planOf(input);
  // A cancelled ingest is left alone whatever is wrong with its source.
  return plan.action === 'fail' && cancelsIngest(input) ? withoutCancelled(input, { ...plan, stages: ['RAW'] }) : plan;
}

function cancelsIngest({ state, options }: PlanInput): boolean {
  return state.cancelled.has(PIPELINES.RAW) && !options.force;
}

function planOf(input: PlanInput): PlannedPartition {
  const { state, options } = input;
  const found = looksAtSource(options) ? input.found : undefined;
  if (found?.status === 'unreadable' || found?.status === 'ambiguous') return sourceFault(input, found);
  if (found?.status === 'empty' && isDue(input)) return sourceEmpty(input, found.error);
  if (state.newest === null) return planFirst(input);
  const offered = found?.status === 'available' && !isBehind(found, state.newest, options) ? found : null;
  const restates = offered === null ? null : restateReason(offered, state.newest, options);
  if (restates !== null) return planIngest(input, restates);
  return planLaterStages(input, state.newest, looksAtSource(options) ? sourceHas(offered) : undefined);
}

function sourceHas(offered: Available | null): SourceHas {
  return offered === null ? 'nothing' : 'stored';
}

// An archive that lacks the newest capture must not put an older one in its place.
function isBehind({ replays, contentHash }: Available, newest: StoredCapture, options: PlanOptions): boolean {
  if (options.force || replays === undefined || contentHash === newest.contentHash) return false;
  return replays.runDate < newest.runDate;
}

function planFirst(input: PlanInput): PlannedPartition {
  const { partition, found, options } = input;
  if (found?.status === 'available') return planIngest(input, 'first_capture');
  const state = publicationState(partition, options.runDate, options.publication);
  if (state === 'awaiting') return planned(input, 'awaiting', 'not_yet_published');
  if (state === 'late') return planned(input, 'late', 'publication_late');
  if (looksAtSource(options)) {
    const { publishedOn } = publicationOf(partition, options.publication);
    return planned(input, 'fail', 'source_missing', { error: sourceMissing(options.source, publishedOn) });
  }
  const error = inputNotReady(partition, 'nothing is captured', 'ingest');
  return planned(input, 'blocked', 'input_not_ready', { error });
}

function restateReason(found: Available, newest: StoredCapture, options: PlanOptions): Reason | null {
  const certain = certainRestatement(found, newest, options);
  return certain ?? (found.contentHash === newest.contentHash ? null : 'revised');
}

/** Why a captured partition is taken again whatever its bytes are; null when only their hash tells. */
export function certainRestatement(
  { summaryTypes, replays }: Available,
  newest: StoredCapture,
  options: Pick<PlanOptions, 'force' | 'source'>,
): Reason | null {
  if (options.force) return 'forced';
  if (newest.source !== (replays?.source ?? options.source)) return 'source_changed';
  return summaryTypes !== undefined && summaryTypes !== newest.summaryTypes ? 'source_changed' : null;
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

function planLaterStages(input: PlanInput, newest: StoredCapture, has: SourceHas | undefined): PlannedPartition {
  const { state, options } = input;
  const seen = has === undefined ? {} : { sourceHas: has };
  const reason = has === 'nothing' ? 'source_gone' : 'unchanged';
  const done = { ...planned(input, 'skip', reason, { captureId: newest.captureId }), ...seen };
  if (options.onlyStage === 'ingest') return done;
  const recompute = options.force && options.onlyStage === 'calc';
  const pending = pendingStages(state, recompute);
  const wanted = pending.filter((stage) => isWanted(stage, options.onlyStage));
  const unready = options.onlyStage === 'calc' && pending.includes('NORMALIZED');
  if (wanted.length === 0 && !unready) return done;
  if (isOlder(options, newest)) return newerCapture(input, newest);
  if (unready) {
    const error = inputNotReady(input.partition, `${newest.captureId} is ${newest.state}, not accepted`, 'normalize');
    return planned(input, 'blocked', 'input_not_ready', { error, captureId: newest.captureId });
  }
  return withoutCancelled(input, {
    ...planned(input, 'resume', recompute ? 'forced' : resumeReason(wanted, newest)),
    stages: wanted,
    captureId: newest.captureId,
    ...seen,
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

// An operator's cancel holds until `work retry` or --force: the cancelled stage and those that need it do not run. What
// is stored does not need a newer version's ingest.
function withoutCancelled(input: PlanInput, plan: PlannedPartition): PlannedPartition {
  if (input.options.force) return plan;
  const { newest, cancelled } = input.state;
  const stage = plan.stages.find((each) => cancelled.has(PIPELINES[each]));
  const itemId = stage === undefined ? undefined : cancelled.get(PIPELINES[stage]);
  if (stage === undefined || itemId === undefined) return plan;
  const stages = plan.stages.slice(0, plan.stages.indexOf(stage));
  if (stages.length > 0) return { ...plan, stages, cut: { stage, itemId } };
  const rest = plan.stages[0] === 'RAW' && newest !== null ? planLaterStages(input, newest, 'cancelled') : null;
  if (rest?.action === 'resume') return rest;
  return planned(input, 'skip', 'cancelled', { captureId: newest?.captureId ?? null });
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

function sourceFault(input: PlanInput, found: Fault): PlannedPartition {
  const captured = { captureId: input.state.newest?.captureId ?? null };
  if (found.status === 'ambiguous') {
    return planned(input, 'fail', 'source_ambiguous', { ...captured, error: sourceAmbiguous(found.locators) });
  }
  const error = sourceUnreadable(input.options.source, found);
  const plan = planned(input, 'fail', 'source_unreadable', { ...captured, error });
  if (found.transient !== true || isOlder(input.options, input.state.newest)) return plan;
  // Its ingest is an attempt that failed, so that it is tried again like any other.
  return { ...plan, transient: true, stages: ['RAW'] };
}

function sourceEmpty(input: PlanInput, error: ErrorDetails): PlannedPartition {
  return planned(input, 'fail', SOURCE_EMPTY, { error, captureId: input.state.newest?.captureId ?? null });
}

function isDue({ partition, options }: PlanInput): boolean {
  return publicationState(partition, options.runDate, options.publication) === 'due';
}

function newerCapture(input: PlanInput, newest: StoredCapture | null): PlannedPartition {
  const captureId = newest?.captureId ?? null;
  const error = newerThanRun(input.options.runDate, captureId);
  return planned(input, 'blocked', 'newer_capture', { captureId, error });
}
