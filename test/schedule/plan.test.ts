import { describe, expect, it } from 'vitest';
import { CAPTURE_CALCS } from '../../src/domain/stage.ts';
import type { Action, Reason } from '../../src/schedule/action.ts';
import type { Found, PlanOptions } from '../../src/schedule/plan.ts';
import type { PartitionState } from '../../src/store/partition-states.ts';
import { OLD_VERSION, OTHER_HASH, stateOf, storedCapture } from './partition-state.ts';
import {
  ABSENT,
  CURRENT,
  EMPTY,
  HERE,
  NEXT_DAYS,
  NO_ROWS,
  plan,
  REVISED,
  SAME,
  TWO_FILES,
  UNREAD,
  UNREADABLE,
} from './plan-of.ts';

const STAGED = stateOf({ newest: storedCapture({ state: 'staged' }) });
const REJECTED = stateOf({ newest: storedCapture({ state: 'rejected' }) });
const STAGED_OVER_ACCEPTED = stateOf({
  newest: storedCapture({ state: 'staged', captureKey: 8, runDate: '2026-02-02', contentHash: OTHER_HASH }),
  accepted: storedCapture({ runDate: '2026-01-26' }),
});
const EARLY = stateOf({ newest: storedCapture({ runDate: '2026-01-18' }) });
const ALL = ['RAW', 'NORMALIZED', ...CAPTURE_CALCS];
const LATER = ALL.slice(1);
const NONE: string[] = [];

type Row = [
  situation: string,
  state: PartitionState,
  found: Found | undefined,
  options: Partial<PlanOptions>,
  action: Action,
  reason: Reason,
  stages: readonly string[],
];

describe('the plan of a partition', () => {
  it.each<Row>([
    ['nothing captured, a file there', EMPTY, HERE, {}, 'ingest', 'first_capture', ALL],
    ['a file there before its publication', EMPTY, HERE, { runDate: '2025-12-20' }, 'ingest', 'first_capture', ALL],
    ['another hash', CURRENT, REVISED, {}, 'ingest', 'revised', ALL],
    ['another hash than the staged capture', STAGED, REVISED, {}, 'ingest', 'revised', ALL],
    ['another hash than the rejected capture', REJECTED, REVISED, {}, 'ingest', 'revised', ALL],
    ['the bytes of the accepted capture under a newer one', STAGED_OVER_ACCEPTED, SAME, {}, 'ingest', 'revised', ALL],
    ['taken from another source', CURRENT, SAME, { source: 'api' }, 'ingest', 'source_changed', ALL],
    ['other summary types', CURRENT, { ...SAME, summaryTypes: 'ats,non-ats' }, {}, 'ingest', 'source_changed', ALL],
    ['the same summary types', CURRENT, { ...SAME, summaryTypes: 'ats' }, {}, 'skip', 'unchanged', NONE],
    ['--force', CURRENT, HERE, { force: true }, 'ingest', 'forced', ALL],
    ['--force and nothing captured', EMPTY, HERE, { force: true }, 'ingest', 'first_capture', ALL],

    ['everything current', CURRENT, SAME, {}, 'skip', 'unchanged', NONE],
    ['everything current, the file gone', CURRENT, ABSENT, {}, 'skip', 'source_gone', NONE],
    ['everything current, the file gone, --force', CURRENT, ABSENT, { force: true }, 'skip', 'source_gone', NONE],
    ['a staged capture', STAGED, SAME, {}, 'resume', 'normalize_pending', LATER],
    ['a staged capture, the file gone', STAGED, ABSENT, {}, 'resume', 'normalize_pending', LATER],
    ['a rejected capture', REJECTED, SAME, {}, 'resume', 'normalize_rejected', LATER],
    ['a rejected capture, the file gone', REJECTED, ABSENT, {}, 'resume', 'normalize_rejected', LATER],

    ['the run date before the newest capture, same bytes', NEXT_DAYS, SAME, {}, 'skip', 'unchanged', NONE],
    ['the run date before the newest capture, other bytes', NEXT_DAYS, REVISED, {}, 'blocked', 'newer_capture', NONE],
    ['the run date before it, --force', NEXT_DAYS, SAME, { force: true }, 'blocked', 'newer_capture', NONE],

    ['awaiting publication', EMPTY, ABSENT, { runDate: '2026-01-18' }, 'awaiting', 'not_yet_published', NONE],
    ['the day of publication', EMPTY, ABSENT, { runDate: '2026-01-19' }, 'late', 'publication_late', NONE],
    ['the last day of grace', EMPTY, ABSENT, { runDate: '2026-01-22' }, 'late', 'publication_late', NONE],
    ['due and absent', EMPTY, ABSENT, { runDate: '2026-01-23' }, 'fail', 'source_missing', NONE],
    ['two files', EMPTY, TWO_FILES, {}, 'fail', 'source_ambiguous', NONE],
    ['two files, one captured before', CURRENT, TWO_FILES, {}, 'fail', 'source_ambiguous', NONE],
    ['two files before publication', EMPTY, TWO_FILES, { runDate: '2026-01-18' }, 'fail', 'source_ambiguous', NONE],
    ['unreadable', EMPTY, UNREADABLE, {}, 'fail', 'source_unreadable', NONE],
    ['unreadable, captured before', CURRENT, UNREADABLE, {}, 'fail', 'source_unreadable', NONE],
    ['unreadable for now: its ingest waits', EMPTY, UNREAD, {}, 'fail', 'source_unreadable', ['RAW']],
    ['unreadable for now, captured before', CURRENT, UNREAD, {}, 'fail', 'source_unreadable', ['RAW']],
    ['empty before publication', EMPTY, NO_ROWS, { runDate: '2026-01-18' }, 'awaiting', 'not_yet_published', NONE],
    ['empty on the last day of grace', EMPTY, NO_ROWS, { runDate: '2026-01-22' }, 'late', 'publication_late', NONE],
    ['empty and due', EMPTY, NO_ROWS, { runDate: '2026-01-23' }, 'fail', 'source_empty', NONE],
    ['empty, captured before, not due', EARLY, NO_ROWS, { runDate: '2026-01-22' }, 'skip', 'source_gone', NONE],
    ['empty, captured before, due', EARLY, NO_ROWS, { runDate: '2026-01-23' }, 'fail', 'source_empty', NONE],
  ])('%s', (_, state, found, options, action, reason, stages) => {
    expect(plan(state, found, options)).toMatchObject({ action, reason, stages });
  });

  it.each<[situation: string, state: PartitionState, stages: readonly string[]]>([
    ['normalized rows of another capture', stateOf({ stages: { NORMALIZED: { captureKey: 6 } } }), LATER],
    ['no normalized rows', stateOf({ without: ['NORMALIZED'] }), LATER],
    ['no venue volume', stateOf({ without: ['VENUE_VOLUME'] }), CAPTURE_CALCS],
    ['no venue share', stateOf({ without: ['VENUE_SHARE'] }), ['VENUE_SHARE', 'HHI']],
    ['no hhi', stateOf({ without: ['HHI'] }), ['HHI']],
    ['an hhi of another capture', stateOf({ stages: { HHI: { captureKey: 6 } } }), ['HHI']],
    [
      'a venue share of another capture',
      stateOf({ stages: { VENUE_SHARE: { captureKey: 6 } } }),
      ['VENUE_SHARE', 'HHI'],
    ],
    ['another version of a calc', stateOf({ stages: { VENUE_VOLUME: { calcVersion: OLD_VERSION } } }), CAPTURE_CALCS],
    ['another version of the last calc', stateOf({ stages: { HHI: { calcVersion: OLD_VERSION } } }), ['HHI']],
  ])('goes on where it stopped: %s', (_, state, stages) => {
    expect(plan(state, SAME)).toMatchObject({ action: 'resume', stages });
    expect(plan(state, ABSENT)).toMatchObject({ action: 'resume', stages });
  });
});

describe('--only-stage', () => {
  const noCalcs = stateOf({ without: CAPTURE_CALCS });
  it.each<Row>([
    ['ingest, a file there', EMPTY, HERE, { onlyStage: 'ingest' }, 'ingest', 'first_capture', ['RAW']],
    ['ingest, other bytes', CURRENT, REVISED, { onlyStage: 'ingest' }, 'ingest', 'revised', ['RAW']],
    ['ingest, later stages pending', STAGED, SAME, { onlyStage: 'ingest' }, 'skip', 'unchanged', NONE],
    ['ingest, due and absent', EMPTY, ABSENT, { onlyStage: 'ingest' }, 'fail', 'source_missing', NONE],
    ['normalize, staged', STAGED, ABSENT, { onlyStage: 'normalize' }, 'resume', 'normalize_pending', ['NORMALIZED']],
    ['normalize, calcs pending', noCalcs, ABSENT, { onlyStage: 'normalize' }, 'skip', 'unchanged', NONE],
    ['normalize, all current', CURRENT, ABSENT, { onlyStage: 'normalize' }, 'skip', 'unchanged', NONE],
    ['normalize, nothing there', EMPTY, ABSENT, { onlyStage: 'normalize' }, 'blocked', 'input_not_ready', NONE],
    ['calc, calcs pending', noCalcs, ABSENT, { onlyStage: 'calc' }, 'resume', 'calc_pending', CAPTURE_CALCS],
    ['calc, all current', CURRENT, ABSENT, { onlyStage: 'calc' }, 'skip', 'unchanged', NONE],
    ['calc, staged', STAGED, ABSENT, { onlyStage: 'calc' }, 'blocked', 'input_not_ready', NONE],
    ['calc, rejected', REJECTED, ABSENT, { onlyStage: 'calc' }, 'blocked', 'input_not_ready', NONE],
    ['calc, nothing there', EMPTY, ABSENT, { onlyStage: 'calc' }, 'blocked', 'input_not_ready', NONE],
    ['calc --force', CURRENT, ABSENT, { onlyStage: 'calc', force: true }, 'resume', 'forced', CAPTURE_CALCS],
  ])('%s', (_, state, found, options, action, reason, stages) => {
    expect(plan(state, found, options)).toMatchObject({ action, reason, stages });
  });

  it.each(['normalize', 'calc'] as const)('%s awaits what nobody could have captured yet', (onlyStage) => {
    expect(plan(EMPTY, ABSENT, { onlyStage, runDate: '2026-01-18' }).action).toBe('awaiting');
    expect(plan(EMPTY, ABSENT, { onlyStage, runDate: '2026-01-19' }).action).toBe('late');
  });

  it.each([
    ['normalize', EMPTY, '--only-stage ingest'],
    ['calc', EMPTY, '--only-stage ingest'],
    ['calc', STAGED, '--only-stage normalize'],
  ] as const)('%s names the command that makes its input ready', (onlyStage, state, stage) => {
    expect(plan(state, ABSENT, { onlyStage }).error?.hint).toBe(
      `run-finra-weekly-schedule --weeks 2025-12-19 --tiers OTC ${stage}`,
    );
  });
});

describe('a cancelled work item', () => {
  it.each([REVISED, UNREAD])('keeps a newer version out, while what is stored is finished', (found) => {
    const state = stateOf({ without: ['HHI'], cancelled: ['ingest_week'] });
    expect(plan(state, found)).toMatchObject({
      action: 'resume',
      reason: 'calc_pending',
      stages: ['HHI'],
      captureId: state.newest?.captureId,
      sourceHas: 'cancelled',
    });
  });

  it('keeps its stage and those that need it from running', () => {
    const state = stateOf({ without: CAPTURE_CALCS, cancelled: ['compute_venue_share'] });
    const cut = { stage: 'VENUE_SHARE', itemId: 40 };
    expect(plan(state, SAME)).toMatchObject({ action: 'resume', stages: ['VENUE_VOLUME'], cut });
  });

  it('skips a partition whose first stage it is', () => {
    const state = stateOf({ cancelled: ['ingest_week'] });
    expect(plan(state, REVISED)).toMatchObject({ action: 'skip', reason: 'cancelled', stages: [], error: null });
  });

  it.each([
    ['unreadable for now', UNREAD],
    ['missing', ABSENT],
    ['ambiguous', { status: 'ambiguous', locators: ['a.csv', 'b.csv'] }],
  ] as const)('skips a partition that is %s', (_, found) => {
    const state = stateOf({ newest: null, cancelled: ['ingest_week'] });
    expect(plan(state, found)).toMatchObject({ action: 'skip', reason: 'cancelled', stages: [], error: null });
  });

  it('does not hold against --force', () => {
    const state = stateOf({ cancelled: ['ingest_week', 'compute_hhi'] });
    expect(plan(state, REVISED, { force: true })).toMatchObject({ action: 'ingest', stages: ALL });
  });

  it('is no matter where nothing is to be done', () => {
    expect(plan(stateOf({ cancelled: ['compute_hhi'] }), SAME)).toMatchObject({ action: 'skip', reason: 'unchanged' });
  });
});
