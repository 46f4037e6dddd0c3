import { describe, expect, it } from 'vitest';
import { WORK_STATES, type WorkState } from '../../src/domain/work-state.ts';
import {
  cancelWork,
  listWork,
  resetStuck,
  retryFailed,
  retryItem,
  type WorkQuestion,
} from '../../src/operations/work.ts';
import type { Store } from '../../src/store/store.ts';
import { openFreshStore } from './fresh-store.ts';
import { arm, CLAIMED_AT, claim, settle } from './work-items.ts';

const NOW = new Date('2026-01-12T12:00:00.000Z');
const ANY: WorkQuestion = { state: null, pipeline: null, weekEnding: null };

/** An item that came to `state` as items do. */
async function itemIn(state: WorkState, store: Store, tier: 'OTC' | 'NMS_TIER_1' = 'OTC') {
  const item = await arm(store, { weekEnding: '2025-12-19', tier });
  if (state === 'CANCELLED') await cancelWork(store.db, item.id, CLAIMED_AT);
  if (state === 'PENDING' || state === 'CANCELLED') return item.id;
  const claimed = await claim(store, item);
  if (state !== 'RUNNING') await settle(store, claimed, state);
  return item.id;
}

describe('retryItem', () => {
  it.each(['RETRY_WAIT', 'COMPLETE', 'FAILED', 'CANCELLED'] as const)(
    'puts a %s item back to PENDING with no attempts spent, due now',
    async (state) => {
      const store = await openFreshStore();
      const id = await itemIn(state, store);
      const { item, from } = await retryItem(store.db, id, NOW);
      expect(from).toBe(state);
      expect(item).toMatchObject({
        id,
        state: 'PENDING',
        attemptCount: 0,
        priority: 25,
        desiredAt: '2026-01-12 12:00:00.000',
        nextAttemptAt: null,
        completedAt: null,
      });
    },
  );

  it.each([
    ['PENDING', 'nothing to do: the next run of its week takes it up, or settles it where it is current'],
    ['RUNNING', 'wait for its run to end; if its process is dead, see work reset-stuck'],
  ] as const)('refuses a %s item, says so and leaves it as it is', async (state, hint) => {
    const store = await openFreshStore();
    const id = await itemIn(state, store);
    const before = await listWork(store.db, ANY);
    await expect(retryItem(store.db, id, NOW)).rejects.toMatchObject({
      code: 'illegal_transition',
      message: `work item ${id} (ingest_week of 2025-12-19 OTC) is ${state}; only RETRY_WAIT, COMPLETE, FAILED or CANCELLED items can be retried`,
      hint,
    });
    expect(await listWork(store.db, ANY)).toEqual(before);
  });

  it('refuses an id that no item has', async () => {
    const store = await openFreshStore();
    await expect(retryItem(store.db, 12, NOW)).rejects.toMatchObject({ code: 'unknown_work_item' });
  });
});

describe('retryFailed', () => {
  it('puts FAILED items back and no others', async () => {
    const store = await openFreshStore();
    const failed = await itemIn('FAILED', store);
    await itemIn('RETRY_WAIT', store, 'NMS_TIER_1');
    const changed = await retryFailed(store.db, NOW);
    expect(changed.map(({ item, from }) => [item.id, from, item.state])).toEqual([[failed, 'FAILED', 'PENDING']]);
    expect((await listWork(store.db, ANY)).map(({ state }) => state).sort()).toEqual(['PENDING', 'RETRY_WAIT']);
    expect(await retryFailed(store.db, NOW)).toEqual([]);
  });
});

describe('cancelWork', () => {
  it.each(['PENDING', 'RETRY_WAIT'] as const)('cancels a %s item', async (state) => {
    const store = await openFreshStore();
    const id = await itemIn(state, store);
    const { item, from } = await cancelWork(store.db, id, NOW);
    expect({ from, state: item.state, nextAttemptAt: item.nextAttemptAt }).toEqual({
      from: state,
      state: 'CANCELLED',
      nextAttemptAt: null,
    });
  });

  it.each(WORK_STATES.filter((state) => state !== 'PENDING' && state !== 'RETRY_WAIT'))(
    'refuses a %s item',
    async (state) => {
      const store = await openFreshStore();
      const id = await itemIn(state, store);
      await expect(cancelWork(store.db, id, NOW)).rejects.toMatchObject({
        code: 'illegal_transition',
        message: expect.stringContaining(`is ${state}; only PENDING or RETRY_WAIT items can be cancelled`),
      });
    },
  );
});

describe('resetStuck', () => {
  const HOUR = 3_600_000;

  it('releases what was claimed longer ago, and what it was worth to its worker is gone', async () => {
    const store = await openFreshStore();
    const item = await arm(store);
    const late = await claim(store, item);
    const [released] = await resetStuck(store.db, HOUR - 1, NOW);
    expect(released).toMatchObject({ from: 'RUNNING', item: { state: 'PENDING', lockedBy: null, attemptCount: 1 } });
    const executions = await store.db.selectFrom('core_executions').select(['outcome', 'error', 'ended_at']).execute();
    expect(executions).toEqual([
      { outcome: 'released', error: 'released by an operator as stuck', ended_at: '2026-01-12 12:00:00.000' },
    ]);
    expect(await settle(store, late, 'COMPLETE')).toBe(false);
  });

  it('leaves alone what was claimed more lately, and what does not run', async () => {
    const store = await openFreshStore();
    await itemIn('RUNNING', store);
    await itemIn('FAILED', store, 'NMS_TIER_1');
    const before = await listWork(store.db, ANY);
    expect(await resetStuck(store.db, HOUR, NOW)).toEqual([]);
    expect(await listWork(store.db, ANY)).toEqual(before);
  });
});

describe('listWork', () => {
  it('lists the newest week first, and only what fits', async () => {
    const store = await openFreshStore();
    const older = await arm(store, { weekEnding: '2025-12-12', tier: 'OTC' });
    const newer = await arm(store, { weekEnding: '2025-12-19', tier: 'OTC' });
    const split = await arm(store, { weekEnding: '2025-12-12', tier: 'ALL_TIERS' });
    await settle(store, await claim(store, newer), 'FAILED');
    const ids = async (question: Partial<WorkQuestion>) =>
      (await listWork(store.db, { ...ANY, ...question })).map(({ id }) => id);
    expect(await ids({})).toEqual([newer.id, older.id, split.id]);
    expect(await ids({ state: 'FAILED' })).toEqual([newer.id]);
    expect(await ids({ weekEnding: '2025-12-12' })).toEqual([older.id, split.id]);
    expect(await ids({ pipeline: 'compute_hhi' })).toEqual([]);
  });
});
