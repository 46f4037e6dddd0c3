import { describe, expect, it } from 'vitest';
import { partitionKey } from '../../src/domain/partition.ts';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { isUnread } from '../../src/schedule/action.ts';
import { type Found, planWindow } from '../../src/schedule/plan.ts';
import { PARTITION, storedCapture } from './partition-state.ts';
import {
  ABSENT,
  CURRENT,
  EMPTY,
  LOCATOR,
  NEXT_DAYS,
  OPTIONS,
  plan,
  REVISED,
  SAME,
  TWO_FILES,
  UNREAD,
  UNREADABLE,
} from './plan-of.ts';

describe('what a plan tells', () => {
  it('names both of two files and takes none', () => {
    const { error, locator, captureId } = plan(CURRENT, TWO_FILES);
    expect(error?.message).toContain('/data/a.csv and /data/b.csv');
    expect(locator).toBeNull();
    expect(captureId).toBe(storedCapture().captureId);
  });

  it('names the unreadable file and why it cannot be read', () => {
    expect(plan(EMPTY, UNREADABLE).error?.message).toBe(`${LOCATOR} cannot be read: it is not a regular file`);
  });

  it('gives the advice of the source, where it has some', () => {
    expect(plan(EMPTY, { ...UNREADABLE, hint: 'dust it' }).error?.hint).toBe('dust it');
    expect(plan(EMPTY, UNREADABLE).error?.hint).toBe('check the file, its owner and its mode, then run again');
    expect(plan(EMPTY, UNREADABLE, { source: 'api' }).error?.hint).toContain('--api-base-url');
  });

  it('speaks of what FINRA lists where it is the source', () => {
    const { error } = plan(EMPTY, ABSENT, { source: 'api', runDate: '2026-01-23' });
    expect(error?.message).toBe('FINRA lists nothing for it, though it was to be published on 2026-01-19');
  });

  it('says which failures may pass', () => {
    expect([isUnread(plan(EMPTY, UNREAD)), isUnread(plan(EMPTY, UNREADABLE))]).toEqual([true, false]);
  });

  it('names the day a missing partition was to be published', () => {
    expect(plan(EMPTY, ABSENT, { runDate: '2026-01-23' })).toMatchObject({
      error: { code: 'source_missing', message: expect.stringContaining('2026-01-19') },
      publication: { publishedOn: '2026-01-19', dueAfter: '2026-01-22' },
    });
  });

  it('names the newer capture that blocks it', () => {
    const { error, captureId } = plan(NEXT_DAYS, REVISED);
    expect(error?.message).toContain('finra.otc_transparency:OTC:2025-12-19:20260203');
    expect(captureId).toBe('finra.otc_transparency:OTC:2025-12-19:20260203');
  });

  it('names the capture that an ingest will make and the file it will read', () => {
    expect(plan(CURRENT, REVISED, { runDate: '2026-02-09' })).toMatchObject({
      captureId: 'finra.otc_transparency:OTC:2025-12-19:20260209',
      locator: LOCATOR,
    });
  });

  it('shows the controls in a file name instead of sending them on', () => {
    const found: Found = { status: 'unreadable', locator: '/data/\u001b[2Jotc.csv', message: 'no\nno' };
    expect(plan(EMPTY, found).error?.message).toBe('/data/\\x1b[2Jotc.csv cannot be read: no\\x0ano');
  });
});

describe('the publication options', () => {
  it('move the days on which absence is awaited, late and due', () => {
    const publication = { lagDays: { ...DEFAULT_PUBLICATION.lagDays, OTC: 40 }, graceDays: 0 };
    const on = (runDate: string) => plan(EMPTY, ABSENT, { publication, runDate }).action;
    expect([on('2026-01-27'), on('2026-01-28'), on('2026-01-29')]).toEqual(['awaiting', 'late', 'fail']);
  });
});

describe('the plan of a window', () => {
  it('keeps the order of its partitions, and each is planned by its own state', () => {
    const other = { weekEnding: '2025-12-12', tier: 'OTC' } as const;
    const states = new Map([
      [partitionKey(PARTITION), CURRENT],
      [partitionKey(other), EMPTY],
    ]);
    const found = new Map([[partitionKey(PARTITION), SAME]]);
    const actions = planWindow([other, PARTITION], found, states, OPTIONS).map((line) => line.action);
    expect(actions).toEqual(['fail', 'skip']);
  });

  it('refuses a partition whose state was not loaded', () => {
    expect(() => planWindow([PARTITION], new Map(), new Map(), OPTIONS)).toThrow('no state was loaded');
  });
});
