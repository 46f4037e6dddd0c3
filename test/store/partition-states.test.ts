import { describe, expect, it } from 'vitest';
import { captureId } from '../../src/domain/capture-id.ts';
import { partitionKey, type StorePartition } from '../../src/domain/partition.ts';
import type { Stage } from '../../src/domain/stage.ts';
import { TIERS } from '../../src/domain/tier.ts';
import { acceptCapture, stageCapture } from '../../src/store/captures.ts';
import { recordStage } from '../../src/store/manifest.ts';
import {
  acceptedInputs,
  emptyState,
  loadPartitionState,
  loadPartitionStates,
} from '../../src/store/partition-states.ts';
import type { Store } from '../../src/store/store.ts';
import { armItems } from '../../src/store/work-items.ts';
import { DIALECTS, instant, inTransaction } from './dialects.ts';

const WEEK = '2025-12-19';
const OTC = { weekEnding: WEEK, tier: 'OTC' } as const;

/** Ingests nothing under a capture id, and accepts it unless told otherwise. */
function capture(store: Store, partition: StorePartition, runDate: string, accepted = true) {
  return inTransaction(store, async (trx) => {
    const now = instant(1);
    const captureKey = await stageCapture(trx, { partition, runDate, source: 'file', locator: 'x', now });
    const ref = { captureKey, captureId: captureId(partition, runDate), contentHash: '' };
    const entry = { partition, capture: ref, rowCount: 7, metrics: {}, executionId: null, now };
    await recordStage(trx, { ...entry, stage: 'RAW', calcVersion: null });
    if (!accepted) return ref;
    await acceptCapture(trx, partition, ref, now);
    for (const stage of ['NORMALIZED', 'HHI'] satisfies Stage[]) {
      await recordStage(trx, { ...entry, stage, calcVersion: stage === 'HHI' ? 3 : null });
    }
    return ref;
  });
}

describe.each(DIALECTS)('what is stored of a partition in $name', ({ open }) => {
  it('is nothing at first', async () => {
    const store = await open();
    expect(await loadPartitionState(store.db, OTC)).toEqual(emptyState(OTC));
  });

  it('is its newest capture, the accepted one, and which capture each stage was made from', async () => {
    const store = await open();
    const first = await capture(store, OTC, '2026-02-02');
    const second = await capture(store, OTC, '2026-02-09', false);
    const { newest, accepted, stages } = await loadPartitionState(store.db, OTC);
    expect(newest).toMatchObject({ ...second, state: 'staged', runDate: '2026-02-09' });
    expect(accepted).toMatchObject({ ...first, state: 'accepted', runDate: '2026-02-02' });
    expect([...stages]).toEqual(
      expect.arrayContaining([
        ['RAW', { captureKey: second.captureKey, calcVersion: null, rowCount: 7 }],
        ['NORMALIZED', { captureKey: first.captureKey, calcVersion: null, rowCount: 7 }],
        ['HHI', { captureKey: first.captureKey, calcVersion: 3, rowCount: 7 }],
      ]),
    );
  });

  it('is which of its work items are cancelled', async () => {
    const store = await open();
    const order = { partition: OTC, params: {}, priority: 50, maxAttempts: 3 };
    await inTransaction(store, (trx) =>
      armItems(
        trx,
        [
          { ...order, pipeline: 'ingest_week' },
          { ...order, pipeline: 'compute_hhi' },
        ],
        false,
        instant(1),
      ),
    );
    await store.db
      .updateTable('core_work_items')
      .set({ state: 'CANCELLED' })
      .where('pipeline', '=', 'compute_hhi')
      .execute();
    expect((await loadPartitionState(store.db, OTC)).cancelled).toEqual(new Map([['compute_hhi', expect.any(Number)]]));
  });

  it('is loaded for the partitions asked for, and for no others', async () => {
    const store = await open();
    await capture(store, OTC, '2026-02-02');
    await capture(store, { weekEnding: '2025-12-12', tier: 'OTC' }, '2026-02-02');
    const other = { weekEnding: WEEK, tier: 'NMS_TIER_1' } as const;
    const states = await loadPartitionStates(store.db, [OTC, other]);
    expect([...states.keys()]).toEqual([partitionKey(OTC), partitionKey(other)]);
    expect(states.get(partitionKey(other))).toEqual(emptyState(other));
  });

  it('makes the inputs of a tier split once all three tiers are accepted, in the order of the tiers', async () => {
    const store = await open();
    const partitions = TIERS.map((tier) => ({ weekEnding: WEEK, tier }));
    const inputs = async () => acceptedInputs(WEEK, await loadPartitionStates(store.db, partitions));
    for (const partition of [...partitions].reverse()) {
      expect(await inputs()).toBeNull();
      await capture(store, partition, '2026-02-02');
    }
    expect((await inputs())?.map(({ captureId: id }) => id)).toEqual(
      partitions.map((partition) => captureId(partition, '2026-02-02')),
    );
  });
});
