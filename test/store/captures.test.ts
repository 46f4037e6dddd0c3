import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureId } from '../../src/domain/capture-id.ts';
import type { StorePartition } from '../../src/domain/partition.ts';
import {
  acceptCapture,
  type CaptureFigures,
  type CaptureRef,
  describeCapture,
  nearestWeek,
  rejectCapture,
  stageCapture,
} from '../../src/store/captures.ts';
import { recordStage } from '../../src/store/manifest.ts';
import type { Store } from '../../src/store/store.ts';
import { DIALECTS, instant, inTransaction } from './dialects.ts';

const OTC: StorePartition = { weekEnding: '2025-12-19', tier: 'OTC' };
const FIRST_DAY = '2026-06-01';
const NEXT_DAY = '2026-06-02';

const FIGURES: CaptureFigures = {
  normalized_count: 1,
  reject_count: 9,
  symbol_count: 1,
  venue_count: 1,
  total_shares: 1,
  total_trades: 1,
  source_last_update_date: null,
};

/** Stages a capture of `bytes` (its hash, for these tests). */
function stage(store: Store, runDate: string, bytes: string, partition = OTC): Promise<CaptureRef> {
  return inTransaction(store, async (trx) => {
    const now = instant(1);
    const captureKey = await stageCapture(trx, { partition, runDate, source: 'file', locator: '/otc.csv', now });
    await describeCapture(trx, captureKey, { content_hash: bytes, byte_count: 1, raw_count: 1, summary_types: 'ats' });
    return { captureKey, captureId: captureId(partition, runDate), contentHash: bytes };
  });
}

const accept = (store: Store, capture: CaptureRef, now: string, partition = OTC) =>
  inTransaction(store, (trx) => acceptCapture(trx, partition, capture, now));

async function take(store: Store, runDate: string, bytes: string, now: string, partition = OTC) {
  return accept(store, await stage(store, runDate, bytes, partition), now, partition);
}

const captures = (store: Store) =>
  store.db
    .selectFrom('core_captures')
    .select(['run_date', 'state', 'content_hash', 'captured_at', 'superseded_at'])
    .orderBy('capture_key')
    .execute();

describe.each(DIALECTS)('a capture in $name', ({ open }) => {
  it('is staged without a clock, and captured when it is accepted', async () => {
    const store = await open();
    const capture = await stage(store, FIRST_DAY, 'one');
    expect(await captures(store)).toMatchObject([{ state: 'staged', captured_at: null, superseded_at: null }]);
    expect(await accept(store, capture, instant(1))).toBeNull();
    expect(await captures(store)).toMatchObject([{ state: 'accepted', captured_at: instant(1), superseded_at: null }]);
  });

  it('of a later day supersedes the one before at the instant it is captured', async () => {
    const store = await open();
    await take(store, FIRST_DAY, 'one', instant(1));
    expect(await take(store, NEXT_DAY, 'two', instant(2))).toBeNull();
    expect(await captures(store)).toMatchObject([
      { run_date: FIRST_DAY, captured_at: instant(1), superseded_at: instant(2) },
      { run_date: NEXT_DAY, captured_at: instant(2), superseded_at: null },
    ]);
  });

  it.each([
    ['stood still', instant(5)],
    ['went back', instant(1)],
  ])('is a millisecond later than the one before when the clock %s', async (_, now) => {
    const store = await open();
    await take(store, FIRST_DAY, 'one', instant(5));
    await take(store, NEXT_DAY, 'two', now);
    expect(await captures(store)).toMatchObject([
      { captured_at: instant(5), superseded_at: instant(5, 1) },
      { captured_at: instant(5, 1), superseded_at: null },
    ]);
  });

  it('of the same day and the same bytes keeps the clock of the one it replaces', async () => {
    const store = await open();
    await take(store, FIRST_DAY, 'one', instant(1));
    expect(await take(store, FIRST_DAY, 'one', instant(3))).toBeNull();
    expect(await captures(store)).toMatchObject([
      { content_hash: 'one', captured_at: instant(1), superseded_at: null },
    ]);
  });

  it('of the same day and other bytes moves its own clock and its predecessor’s end, and tells both hashes', async () => {
    const store = await open();
    await take(store, FIRST_DAY, 'one', instant(1));
    await take(store, NEXT_DAY, 'two', instant(2));
    expect(await take(store, NEXT_DAY, 'three', instant(4))).toEqual({ oldHash: 'two', newHash: 'three' });
    expect(await captures(store)).toMatchObject([
      { content_hash: 'one', captured_at: instant(1), superseded_at: instant(4) },
      { content_hash: 'three', captured_at: instant(4), superseded_at: null },
    ]);
  });

  it('takes the calcs of the capture it replaces out of the manifest', async () => {
    const store = await open();
    const first = await stage(store, FIRST_DAY, 'one');
    await accept(store, first, instant(1));
    await inTransaction(store, async (trx) => {
      for (const made of ['RAW', 'NORMALIZED', 'VENUE_VOLUME', 'HHI'] as const) {
        await recordStage(trx, {
          partition: OTC,
          stage: made,
          capture: first,
          rowCount: 1,
          calcVersion: null,
          metrics: {},
          executionId: null,
          now: instant(1),
        });
      }
    });
    await take(store, FIRST_DAY, 'two', instant(2));
    const left = await store.db.selectFrom('core_manifest').select('stage').orderBy('stage_rank').execute();
    expect(left.map((row) => row.stage)).toEqual(['RAW', 'NORMALIZED']);
  });

  it('is built beside the accepted one of its id, in the place of one that was never accepted', async () => {
    const store = await open();
    await take(store, FIRST_DAY, 'one', instant(1));
    await stage(store, FIRST_DAY, 'two');
    const rejected = await stage(store, FIRST_DAY, 'three');
    await inTransaction(store, (trx) => rejectCapture(trx, rejected.captureKey, FIGURES));
    expect(await captures(store)).toMatchObject([
      { state: 'accepted', content_hash: 'one' },
      { state: 'rejected', content_hash: 'three' },
    ]);
    await stage(store, FIRST_DAY, 'four');
    expect(await captures(store)).toMatchObject([
      { state: 'accepted', content_hash: 'one' },
      { state: 'staged', content_hash: 'four' },
    ]);
  });

  it('that is rejected leaves its predecessor as it was', async () => {
    const store = await open();
    await take(store, FIRST_DAY, 'one', instant(1));
    const before = await captures(store);
    const worse = await stage(store, NEXT_DAY, 'two');
    await inTransaction(store, (trx) => rejectCapture(trx, worse.captureKey, FIGURES));
    expect((await captures(store)).slice(0, 1)).toEqual(before);
  });

  it('never meets the key of another one again', async () => {
    const store = await open();
    const keys = [];
    for (const bytes of ['one', 'two', 'three']) keys.push((await stage(store, FIRST_DAY, bytes)).captureKey);
    expect(new Set(keys).size).toBe(3);
  });

  it('follows its predecessor without gap or overlap, whatever the days, the bytes and the clock', async () => {
    const taking = fc.record({
      days: fc.constantFrom(0, 0, 1),
      bytes: fc.constantFrom('one', 'two', 'three'),
      clock: fc.integer({ min: 1, max: 28 }),
    });
    const store = await open();
    let week = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(taking, { minLength: 2, maxLength: 8 }), async (takings) => {
        const partition = { weekEnding: `week ${week++}`, tier: 'OTC' } as const;
        let day = 1;
        for (const { days, bytes, clock } of takings) {
          day += days;
          await take(store, `2026-06-${String(day).padStart(2, '0')}`, bytes, instant(clock), partition);
        }
        const chain = (
          await store.db
            .selectFrom('core_captures')
            .select(['run_date', 'captured_at', 'superseded_at'])
            .where('week_ending', '=', partition.weekEnding)
            .orderBy('run_date')
            .execute()
        ).map((row) => ({ ...row, captured_at: row.captured_at ?? '' }));
        expect(chain.map((row) => row.superseded_at)).toEqual([...chain.slice(1).map((row) => row.captured_at), null]);
        expect(chain.map((row) => row.captured_at)).toEqual([...new Set(chain.map((row) => row.captured_at))].sort());
      }),
      { numRuns: 25 },
    );
  });
});

describe.each(DIALECTS)('the nearest stored week in $name', ({ open }) => {
  it.each([
    ['2025-12-19', ['2025-12-05', '2025-12-26'], '2025-12-26'],
    ['2025-12-19', ['2025-12-12', '2025-12-26'], '2025-12-12'],
    ['2025-12-19', ['2025-12-05'], '2025-12-05'],
    ['2025-12-19', ['2026-01-02', '2026-01-09'], '2026-01-02'],
    ['2025-12-19', ['2025-12-19'], undefined],
  ])('of %s among %j is %s', async (weekEnding, stored, nearest) => {
    const store = await open();
    for (const week of stored) await take(store, FIRST_DAY, week, instant(1), { weekEnding: week, tier: 'OTC' });
    await take(store, FIRST_DAY, 'another tier', instant(1), { weekEnding: '2025-12-12', tier: 'NMS_TIER_1' });
    await stage(store, NEXT_DAY, 'not accepted', { weekEnding: '2025-12-18', tier: 'OTC' });
    const found = await inTransaction(store, (trx) => nearestWeek(trx, { weekEnding, tier: 'OTC' }));
    expect(found?.week_ending).toBe(nearest);
  });
});
