import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAPTURE_CALCS, PIPELINES, STAGES } from '../../src/domain/stage.ts';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { ACTIONS, isUnread } from '../../src/schedule/action.ts';
import { type Found, type PlanInput, type PlanOptions, planPartition } from '../../src/schedule/plan.ts';
import { looksAtSource } from '../../src/schedule/schedule-options.ts';
import type { PartitionState, StoredCapture } from '../../src/store/partition-states.ts';
import { HASH, OLD_VERSION, OTHER_HASH, PARTITION, stateOf, storedCapture } from './partition-state.ts';
import { NO_ROWS, UNREAD, UNREADABLE } from './plan-of.ts';

// Before, at and after the day of publication, its grace, and each other.
const RUN_DATES = ['2025-12-19', '2026-01-18', '2026-01-19', '2026-01-22', '2026-01-23', '2026-02-02', '2026-02-03'];

const runDate = fc.constantFrom(...RUN_DATES);
const locator = '/data/otc_20251222.csv';

const found: fc.Arbitrary<Found | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(HASH, OTHER_HASH).map((contentHash): Found => ({ status: 'available', locator, contentHash })),
  fc.constant<Found>({ status: 'available', locator, contentHash: HASH, summaryTypes: 'ats,non-ats' }),
  fc.constant<Found>({ status: 'ambiguous', locators: [locator, `${locator}.copy`] }),
  fc.constantFrom<Found[]>(UNREADABLE, UNREAD, NO_ROWS),
);

const capture: fc.Arbitrary<StoredCapture> = fc
  .record({
    captureKey: fc.constantFrom(7, 8),
    runDate,
    contentHash: fc.constantFrom(HASH, OTHER_HASH),
    state: fc.constantFrom('staged', 'accepted', 'rejected'),
  })
  .map(storedCapture);

const state: fc.Arbitrary<PartitionState> = fc
  .record({
    newest: fc.option(capture),
    accepted: fc.option(capture.map((each): StoredCapture => ({ ...each, state: 'accepted' }))),
    without: fc.subarray(STAGES.slice(1)),
    cancelled: fc.subarray(Object.values(PIPELINES), { maxLength: 2 }),
    old: fc.boolean(),
  })
  .map(({ newest, accepted, without, cancelled, old }) => {
    if (newest === null) return stateOf({ newest: null, cancelled });
    const older = newest.state === 'accepted' ? null : accepted;
    const made = stateOf({ newest, accepted: older, without, cancelled });
    const share = made.stages.get('VENUE_SHARE');
    const stages = new Map(made.stages);
    if (old && share !== undefined) stages.set('VENUE_SHARE', { ...share, calcVersion: OLD_VERSION });
    return { ...made, stages };
  });

const options: fc.Arbitrary<PlanOptions> = fc.record({
  onlyStage: fc.constantFrom('ingest', 'normalize', 'calc', 'all'),
  force: fc.boolean(),
  runDate,
  source: fc.constantFrom('file', 'api'),
  publication: fc.constant(DEFAULT_PUBLICATION),
});

// Normalize and calc do not look at the source, so that nothing is found for them.
const input: fc.Arbitrary<PlanInput> = fc
  .record({ partition: fc.constant(PARTITION), found, state, options })
  .map((given) => (looksAtSource(given.options) ? given : { ...given, found: undefined }));

const RUNS = { numRuns: 2000 };

function holds(rule: (plan: ReturnType<typeof planPartition>, given: PlanInput) => void): void {
  fc.assert(
    fc.property(input, (given) => rule(planPartition(given), given)),
    RUNS,
  );
}

describe('any plan', () => {
  it('is the same for the same input, which it leaves as it was', () => {
    fc.assert(
      fc.property(input, (given) => {
        const before = structuredClone(given);
        expect(planPartition(given)).toEqual(planPartition(structuredClone(given)));
        expect(given).toEqual(before);
      }),
      RUNS,
    );
  });

  it('is one of the known actions, with stages exactly where it works and an error exactly where it cannot', () => {
    holds((line) => {
      const { action, stages, error, locator: from } = line;
      expect(ACTIONS).toContain(action);
      expect(stages.length > 0).toBe(action === 'ingest' || action === 'resume' || isUnread(line));
      expect(error !== null).toBe(action === 'fail' || action === 'blocked');
      expect(from !== null).toBe(action === 'ingest');
    });
  });

  it('runs neighbouring stages in their order, RAW exactly when it ingests or will once the source can be read', () => {
    holds((line) => {
      const { action, stages } = line;
      const [stage] = stages;
      const first = stage === undefined ? 0 : STAGES.indexOf(stage);
      expect(stages).toEqual(STAGES.slice(first, first + stages.length));
      expect(stages.includes('RAW')).toBe(action === 'ingest' || isUnread(line));
      expect(stages).not.toContain('TIER_SPLIT');
    });
  });

  it('keeps to --only-stage', () => {
    const allowed = { ingest: ['RAW'], normalize: ['NORMALIZED'], calc: CAPTURE_CALCS, all: STAGES } as const;
    holds(({ stages }, { options: { onlyStage } }) => {
      for (const stage of stages) expect(allowed[onlyStage]).toContain(stage);
    });
  });

  it('never writes to a partition that has a capture of a later run date', () => {
    holds(({ stages }, given) => {
      const { newest } = given.state;
      if (newest !== null && given.options.runDate < newest.runDate) expect(stages).toEqual([]);
    });
  });

  it('never runs a stage whose work item is cancelled, but with --force', () => {
    holds(({ stages }, given) => {
      if (given.options.force) return;
      for (const stage of stages) expect(given.state.cancelled.has(PIPELINES[stage])).toBe(false);
    });
  });

  it('leaves nothing pending when it skips an unchanged partition in a whole run', () => {
    holds(({ action, reason }, given) => {
      if (action !== 'skip' || reason === 'cancelled' || given.options.onlyStage !== 'all') return;
      const { newest, stages } = given.state;
      expect(newest?.state).toBe('accepted');
      for (const stage of STAGES.slice(1, 5)) expect(stages.get(stage)?.captureKey).toBe(newest?.captureKey);
    });
  });

  it('takes every readable file that --force is given for, unless a newer capture forbids it', () => {
    holds(({ action, reason }, given) => {
      if (!given.options.force || given.found?.status !== 'available') return;
      if (action !== 'ingest') expect(reason).toBe('newer_capture');
    });
  });
});
