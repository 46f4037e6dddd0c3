import { describe, expect, it } from 'vitest';
import type { WorkState } from '../../src/domain/work-state.ts';
import type { Store } from '../../src/store/store.ts';
import { armItems, type WorkOrder } from '../../src/store/work-items.ts';
import { DIALECTS, instant, inTransaction } from './dialects.ts';

const order = (pipeline: WorkOrder['pipeline'], differs: Partial<WorkOrder> = {}): WorkOrder => ({
  pipeline,
  partition: { weekEnding: '2025-12-19', tier: 'OTC' },
  params: { run_date: '2026-02-02' },
  priority: 50,
  maxAttempts: 3,
  ...differs,
});

const arm = (store: Store, orders: readonly WorkOrder[], force = false, day = 1) =>
  inTransaction(store, (trx) => armItems(trx, orders, force, instant(day)));

const items = (store: Store) => store.db.selectFrom('core_work_items').selectAll().orderBy('id').execute();

async function armed(store: Store, state: WorkState): Promise<void> {
  await arm(store, [order('ingest_week')]);
  const spent = { state, attempt_count: 2, completed_at: instant(1), next_attempt_at: instant(1) };
  await store.db.updateTable('core_work_items').set(spent).execute();
}

describe.each(DIALECTS)('arming work items in $name', ({ open }) => {
  it('makes an item of each order, pending, and returns them in that order', async () => {
    const store = await open();
    const made = await arm(store, [order('normalize_week'), order('ingest_week', { priority: 25, params: { a: 1 } })]);
    expect(made.map(({ pipeline }) => pipeline)).toEqual(['normalize_week', 'ingest_week']);
    expect(await items(store)).toMatchObject([
      { pipeline: 'normalize_week', state: 'PENDING', attempt_count: 0, max_attempts: 3, priority: 50 },
      {
        id: made[1]?.id,
        domain: 'finra.otc_transparency',
        pipeline: 'ingest_week',
        partition_key: '{"week_ending":"2025-12-19","tier":"OTC"}',
        params_json: '{"a":1}',
        priority: 25,
        desired_at: instant(1),
        created_at: instant(1),
        updated_at: instant(1),
        completed_at: null,
      },
    ]);
  });

  it.each<WorkState>(['PENDING', 'RETRY_WAIT', 'COMPLETE', 'FAILED'])(
    'puts one that is %s to PENDING anew',
    async (state) => {
      const store = await open();
      await armed(store, state);
      const again = await arm(store, [order('ingest_week', { params: { run_date: '2026-02-03' } })], false, 2);
      expect(again).toHaveLength(1);
      expect(await items(store)).toMatchObject([
        {
          id: again[0]?.id,
          state: 'PENDING',
          attempt_count: 0,
          params_json: '{"run_date":"2026-02-03"}',
          next_attempt_at: null,
          completed_at: null,
          created_at: instant(1),
          updated_at: instant(2),
        },
      ]);
    },
  );

  it('leaves a running one to its worker, even with force', async () => {
    const store = await open();
    await armed(store, 'RUNNING');
    for (const force of [false, true]) expect(await arm(store, [order('ingest_week')], force, 2)).toEqual([]);
    expect(await items(store)).toMatchObject([{ state: 'RUNNING', attempt_count: 2, updated_at: instant(1) }]);
  });

  it('leaves a cancelled one cancelled, but for force', async () => {
    const store = await open();
    await armed(store, 'CANCELLED');
    expect(await arm(store, [order('ingest_week')], false, 2)).toEqual([]);
    expect(await items(store)).toMatchObject([{ state: 'CANCELLED', attempt_count: 2 }]);
    expect(await arm(store, [order('ingest_week')], true, 2)).toHaveLength(1);
    expect(await items(store)).toMatchObject([{ state: 'PENDING', attempt_count: 0 }]);
  });
});
