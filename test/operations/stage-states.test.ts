import { describe, expect, it } from 'vitest';
import { PIPELINES, type Stage } from '../../src/domain/stage.ts';
import type { WorkState } from '../../src/domain/work-state.ts';
import type { PublicationState } from '../../src/finra/publication.ts';
import { decisiveStage, isGap, tierStageStates } from '../../src/operations/stage-states.ts';
import type { PartitionState } from '../../src/store/partition-states.ts';
import type { ListedItem } from '../../src/store/work-queries.ts';
import { OLD_VERSION, PARTITION, stateOf, storedCapture } from '../schedule/partition-state.ts';

function itemOf(stage: Stage, state: WorkState): ListedItem {
  return {
    id: 12,
    pipeline: PIPELINES[stage],
    partition: PARTITION,
    state,
    priority: 50,
    attemptCount: 1,
    maxAttempts: 3,
    lastError: null,
    lastErrorAt: null,
    desiredAt: '2026-02-02 12:00:00.000',
    nextAttemptAt: null,
    lockedBy: null,
    lockedAt: null,
    updatedAt: '2026-02-02 12:00:00.000',
    completedAt: null,
  };
}

const NOTHING = stateOf({ newest: null });
const STAGED = stateOf({ newest: storedCapture({ state: 'staged' }) });
const REJECTED = stateOf({ newest: storedCapture({ state: 'rejected' }) });
const RESTATING = stateOf({ newest: storedCapture({ captureKey: 8, state: 'rejected' }), accepted: storedCapture() });

interface Case {
  readonly name: string;
  readonly stored: PartitionState;
  readonly publication?: PublicationState;
  readonly items?: readonly ListedItem[];
  readonly sourceFault?: string;
  readonly stages: string;
  readonly gap: boolean;
}

const CASES: readonly Case[] = [
  { name: 'all is current', stored: stateOf(), stages: 'complete complete complete complete complete', gap: false },
  ...(['awaiting', 'late'] as const).map((publication) => ({
    name: `nothing is captured and FINRA is ${publication}`,
    stored: NOTHING,
    publication,
    stages: `${publication} waiting waiting waiting waiting`,
    gap: false,
  })),
  { name: 'it is due and missing', stored: NOTHING, stages: 'missing waiting waiting waiting waiting', gap: true },
  {
    name: 'what came early could not be read',
    stored: NOTHING,
    publication: 'awaiting',
    items: [itemOf('RAW', 'FAILED')],
    stages: 'failed waiting waiting waiting waiting',
    gap: true,
  },
  {
    name: 'an operator cancelled it',
    stored: NOTHING,
    items: [itemOf('RAW', 'CANCELLED')],
    stages: 'cancelled waiting waiting waiting waiting',
    gap: false,
  },
  {
    name: 'its first capture is taken right now',
    stored: NOTHING,
    items: [itemOf('RAW', 'RUNNING')],
    stages: 'running waiting waiting waiting waiting',
    gap: true,
  },
  { name: 'it was only ingested', stored: STAGED, stages: 'complete pending waiting waiting waiting', gap: true },
  {
    name: 'it waits for another attempt',
    stored: STAGED,
    items: [itemOf('NORMALIZED', 'RETRY_WAIT')],
    stages: 'complete retry_wait waiting waiting waiting',
    gap: true,
  },
  {
    name: 'its first capture breached a gate',
    stored: REJECTED,
    items: [itemOf('NORMALIZED', 'FAILED')],
    stages: 'complete rejected waiting waiting waiting',
    gap: true,
  },
  {
    name: 'its rejected capture is to be tried again',
    stored: REJECTED,
    items: [itemOf('NORMALIZED', 'PENDING')],
    stages: 'complete rejected waiting waiting waiting',
    gap: true,
  },
  {
    name: 'a restatement breached a gate and the calcs are of the capture before',
    stored: RESTATING,
    items: [itemOf('NORMALIZED', 'FAILED')],
    stages: 'complete rejected complete complete complete',
    gap: true,
  },
  {
    name: 'a newer version could not be taken',
    stored: stateOf(),
    items: [itemOf('RAW', 'FAILED')],
    stages: 'failed complete complete complete complete',
    gap: true,
  },
  ...[stateOf(), NOTHING].map((stored) => ({
    name: `two files are for it, and ${stored === NOTHING ? 'nothing is' : 'a capture was'} taken`,
    stored,
    publication: 'awaiting' as const,
    sourceFault: 'two files',
    stages:
      stored === NOTHING ? 'failed waiting waiting waiting waiting' : 'failed complete complete complete complete',
    gap: true,
  })),
  {
    name: 'two files are for it, which an operator cancelled',
    stored: stateOf(),
    items: [itemOf('RAW', 'CANCELLED')],
    sourceFault: 'two files',
    stages: 'cancelled complete complete complete complete',
    gap: false,
  },
  {
    name: 'what could not be taken is tried once more',
    stored: stateOf(),
    items: [itemOf('RAW', 'RETRY_WAIT')],
    sourceFault: 'two files',
    stages: 'retry_wait complete complete complete complete',
    gap: true,
  },
  {
    name: 'a newer version is being taken',
    stored: stateOf(),
    items: [itemOf('RAW', 'RUNNING')],
    stages: 'complete complete complete complete complete',
    gap: false,
  },
  {
    name: 'an operator cancelled a newer version',
    stored: stateOf(),
    items: [itemOf('RAW', 'CANCELLED')],
    stages: 'cancelled complete complete complete complete',
    gap: false,
  },
  {
    name: 'an operator cancelled a newer version, and a calc of the stored one is missing',
    stored: stateOf({ without: ['HHI'] }),
    items: [itemOf('RAW', 'CANCELLED')],
    stages: 'cancelled complete complete complete pending',
    gap: true,
  },
  {
    name: 'a calc never ran',
    stored: stateOf({ without: ['VENUE_SHARE', 'HHI'] }),
    stages: 'complete complete complete pending waiting',
    gap: true,
  },
  {
    name: 'a calc is of another version',
    stored: stateOf({ stages: { HHI: { calcVersion: OLD_VERSION } } }),
    stages: 'complete complete complete complete stale',
    gap: true,
  },
];

describe('tierStageStates', () => {
  it.each(CASES)('when $name', ({ stored, publication = 'due', items = [], sourceFault, stages, gap }) => {
    const standings = tierStageStates(stored, publication, items, sourceFault ?? null);
    expect(standings.map(({ state }) => state).join(' ')).toBe(stages);
    const first = decisiveStage(standings);
    expect(first !== null && isGap(first.state)).toBe(gap);
  });
});
