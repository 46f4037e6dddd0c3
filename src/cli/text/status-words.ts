import type { Stage } from '../../domain/stage.ts';
import type { WorkState } from '../../domain/work-state.ts';
import type { StageState } from '../../operations/stage-states.ts';
import type { RunStatus, Severity } from '../../store/schema.ts';
import type { Tone } from './style.ts';
import type { Wording } from './words.ts';

/** How a stage stands, in the operator's words; what is a gap is bad. */
export const STAGE_STATE_WORDS: Readonly<Record<StageState, Wording>> = {
  complete: { word: 'complete', tone: 'good' },
  awaiting: { word: 'awaiting', tone: 'quiet' },
  late: { word: 'late', tone: 'warn' },
  missing: { word: 'missing', tone: 'bad' },
  pending: { word: 'pending', tone: 'bad' },
  stale: { word: 'stale', tone: 'bad' },
  waiting: { word: 'waiting', tone: 'quiet' },
  running: { word: 'running', tone: 'bad' },
  retry_wait: { word: 'retry wait', tone: 'bad' },
  failed: { word: 'failed', tone: 'bad' },
  rejected: { word: 'rejected', tone: 'bad' },
  cancelled: { word: 'cancelled', tone: 'quiet' },
};

/** The letter of a finished stage in the grid, and the stage in a sentence. */
export const STAGE_WORDS: Readonly<Record<Stage, { readonly letter: string; readonly word: string }>> = {
  RAW: { letter: 'R', word: 'raw' },
  NORMALIZED: { letter: 'N', word: 'normalized' },
  VENUE_VOLUME: { letter: 'V', word: 'volume' },
  VENUE_SHARE: { letter: 'S', word: 'share' },
  HHI: { letter: 'H', word: 'hhi' },
  TIER_SPLIT: { letter: 'T', word: 'tier split' },
};

/** The states of work items, those that need attention first. */
export const WORK_STATE_WORDS: ReadonlyArray<Wording & { readonly state: WorkState }> = [
  { state: 'FAILED', word: 'failed', tone: 'bad' },
  { state: 'RETRY_WAIT', word: 'waiting for a retry', tone: 'warn' },
  { state: 'RUNNING', word: 'running', tone: 'plain' },
  { state: 'PENDING', word: 'pending', tone: 'plain' },
  { state: 'CANCELLED', word: 'cancelled', tone: 'plain' },
  { state: 'COMPLETE', word: 'complete', tone: 'plain' },
];

export const RUN_STATUS_TONES: Readonly<Record<RunStatus, Tone>> = {
  running: 'plain',
  success: 'good',
  partial: 'warn',
  critical: 'bad',
  interrupted: 'warn',
};

export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {
  CRITICAL: 'bad',
  ERROR: 'bad',
  WARN: 'warn',
  INFO: 'plain',
};
