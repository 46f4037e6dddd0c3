import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Quantity, quantityOf } from '../../src/domain/quantity.ts';
import { type CaptureDiff, diffCaptures } from '../../src/operations/diff-captures.ts';
import { openToRead } from '../../src/store/sqlite/open-store.ts';
import { brokenDir, CLEAN_DIR, REVISED_PARTITIONS, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { query } from '../harness/database.ts';
import { createScenario, scenariosAfter } from '../harness/scenario.ts';

const WEEK = '2025-12-19';
const RUN = `--weeks ${WEEK} --tiers NMS_TIER_1`;
const idOf = (runDate: string, tier = 'NMS_TIER_1') =>
  `finra.otc_transparency:${tier}:${WEEK}:${runDate.replaceAll('-', '')}`;
const FIRST = idOf('2026-02-02');
const SECOND = idOf('2026-02-03');

const afterOneWeek = scenariosAfter(`--weeks ${WEEK} --run-date 2026-02-02`, CLEAN_DIR);

async function diffOf(db: string, older: string, newer: string, limit: number | null = null): Promise<CaptureDiff> {
  const store = openToRead({ path: db, busyTimeoutMs: 1000, allowNetworkFs: true });
  if (store === null) throw new Error('there is no database');
  try {
    return await diffCaptures(store, older, newer, limit);
  } finally {
    store.close();
  }
}

/** All of a diff but which captures it is of. */
function differences({ older: _, newer: __, ...rest }: CaptureDiff) {
  return rest;
}

describe('diffCaptures', () => {
  it('explains a restatement: a row added, one removed, some changed', async () => {
    const scenario = afterOneWeek();
    scenario.revise(REVISED_PARTITIONS[0]);
    await scenario.run(`${RUN} --run-date 2026-02-03`);

    const diff = await diffOf(scenario.db, FIRST, SECOND);

    expect(diff.older).toMatchObject({ captureId: FIRST, state: 'accepted', supersededAt: expect.any(String) });
    expect(diff.newer).toMatchObject({ captureId: SECOND, supersededAt: null });
    expect(diff.totals.changes).toEqual({ added: 1, removed: 1, changed: 17, notional: 0, same: 322 });
    expect(diff.totals.symbols).toEqual({ older: 55, newer: 54, added: 0, removed: 1 });
    const [row] = diff.changed;
    expect(row).toEqual({
      venueType: 'ATS',
      symbol: 'CBR',
      issueName: 'Calder Bridge Holdings, Inc. Class A Common Stock',
      productType: '',
      mpid: 'UBSA',
      shares: { older: quantityOf(24655052), newer: quantityOf(27736934) },
      trades: { older: quantityOf(158406), newer: quantityOf(158407) },
    });
    expect(diff.removed[0]?.shares).toEqual({ older: expect.any(BigInt), newer: null });
    expect(diff.hhi).toMatchObject({ compared: 54, moved: 17 });
    expect(diff.hhi.largest).toHaveLength(10);
  });

  it('says what the views say of HHI and venue share', async () => {
    const scenario = afterOneWeek();
    scenario.revise(REVISED_PARTITIONS[0]);
    await scenario.run(`${RUN} --run-date 2026-02-03`);
    const { hhi, venueShare } = await diffOf(scenario.db, FIRST, SECOND);
    const stored = (view: string, value: string, where: string, ...params: unknown[]) =>
      query(scenario.db, `SELECT ${value} AS v FROM finra_otc_transparency_${view} WHERE ${where}`, ...params)[0]?.v;
    for (const { symbol, issueName, mpid, ratio } of [...hhi.largest, ...venueShare.largest]) {
      for (const [id, found] of [[FIRST, ratio.older] as const, [SECOND, ratio.newer] as const]) {
        const expected =
          mpid === null
            ? stored('hhi', 'hhi', 'capture_id = ? AND symbol = ? AND issue_name = ?', id, symbol, issueName)
            : (stored(
                'venue_share',
                'venue_share',
                'capture_id = ? AND symbol = ? AND issue_name = ? AND mpid = ?',
                ...[id, symbol, issueName, mpid],
              ) ?? 0);
        expect(found).toBeCloseTo(Number(expected), 12);
      }
    }
  });

  it('finds nothing between a capture and itself, and turns round with its captures', async () => {
    const scenario = afterOneWeek();
    scenario.revise(REVISED_PARTITIONS[0]);
    await scenario.run(`${RUN} --run-date 2026-02-03`);
    const same = await diffOf(scenario.db, FIRST, FIRST);
    expect(same.totals.changes).toEqual({ added: 0, removed: 0, changed: 0, notional: 0, same: 340 });
    expect([same.hhi.moved, same.venueShare.moved]).toEqual([0, 0]);
    const there = await diffOf(scenario.db, FIRST, SECOND);
    const back = await diffOf(scenario.db, SECOND, FIRST);
    expect(back.added.map(({ shares }) => shares.newer)).toEqual(there.removed.map(({ shares }) => shares.older));
    expect(back.totals.shares).toEqual({ older: there.totals.shares.newer, newer: there.totals.shares.older });
  });

  it('gives as many rows of each kind as were asked for, the largest moves first', async () => {
    const scenario = afterOneWeek();
    scenario.revise(REVISED_PARTITIONS[0]);
    await scenario.run(`${RUN} --run-date 2026-02-03`);
    const all = await diffOf(scenario.db, FIRST, SECOND);
    const some = await diffOf(scenario.db, FIRST, SECOND, 3);
    expect(some.changed).toEqual(all.changed.slice(0, 3));
    expect(some.totals).toEqual(all.totals);
    const moves = all.changed.map(({ shares }) => Math.abs(Number(shares.newer) - Number(shares.older)));
    expect(moves).toEqual([...moves].sort((a, b) => b - a));
  });

  it.each(['too_many_rejects', 'shrunk'] as const)(
    'compares a capture that a gate rejected (%s) as it would have been accepted',
    async (kind) => {
      const scenario = afterOneWeek();
      scenario.put(brokenDir(kind), [SMALL_PARTITION]);
      await scenario.run(`${RUN} --run-date 2026-02-03`);
      const rejected = await diffOf(scenario.db, FIRST, SECOND);
      expect(rejected.newer.state).toBe('rejected');
      await scenario.run(`${RUN} --run-date 2026-02-03 --force --max-reject-share 100`);
      const accepted = await diffOf(scenario.db, FIRST, SECOND);
      expect(accepted.newer.state).toBe('accepted');
      expect(differences(rejected)).toEqual(differences(accepted));
      expect(accepted.totals.changes.removed).toBeGreaterThan(0);
    },
  );

  it('prefers the accepted one of two captures that share an id', async () => {
    const scenario = afterOneWeek();
    scenario.put(brokenDir('shrunk'), [SMALL_PARTITION]);
    await scenario.run(`${RUN} --run-date 2026-02-02`);
    expect(query(scenario.db, 'SELECT state FROM core_captures WHERE capture_id = ?', FIRST)).toHaveLength(2);
    const { older, totals } = await diffOf(scenario.db, FIRST, FIRST);
    expect([older.state, totals.changes.same]).toEqual(['accepted', 340]);
  });

  it('tells a row whose notional value alone changed from an unchanged one', async () => {
    const scenario = createScenario();
    const file = (notional: string) =>
      `${HEADER}|totalNotionalSum\nNMS Tier 1|AAA|A Corp.|ONE ATS|ONE|10|1|2026-01-19|${notional}\nNMS Tier 1|BBB|B Corp.|ONE ATS|ONE|10|1|2026-01-19|7\n`;
    scenario.write('tier1_2025-12-19.csv', file('250.5'));
    await scenario.run(`${RUN} --run-date 2026-02-02`);
    scenario.write('tier1_2025-12-19.csv', file('251'));
    await scenario.run(`${RUN} --run-date 2026-02-03`);
    const { totals, changed } = await diffOf(scenario.db, FIRST, SECOND);
    expect(totals.changes).toEqual({ added: 0, removed: 0, changed: 0, notional: 1, same: 1 });
    expect(changed).toEqual([]);
  });

  it.each([
    ['an id that no capture has', 'nonsense', 'unknown_capture', 'capture nonsense: there is none of that id'],
    [
      'a capture of another tier',
      idOf('2026-02-02', 'OTC'),
      'not_comparable',
      'captures of two tiers, NMS_TIER_1 and OTC',
    ],
    ['a tier split', idOf('2026-02-02', 'ALL_TIERS'), 'not_comparable', 'is a tier split, computed from the captures'],
  ])('refuses %s', async (_, id, code, message) => {
    const scenario = afterOneWeek();
    await expect(diffOf(scenario.db, FIRST, id)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});

interface Figures {
  readonly shares: string;
  readonly trades: number;
}

const HEADER =
  'tierDescription|issueSymbolIdentifier|issueName|marketParticipantName|MPID|totalWeeklyShareQuantity|totalWeeklyTradeCount|lastUpdateDate';

const shares = fc.oneof(
  fc.nat({ max: 1_000_000 }).map(String),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 60n }).map(String),
  fc.tuple(fc.nat({ max: 100_000 }), fc.integer({ min: 1, max: 999_999 })).map(([whole, part]) => {
    return `${whole}.${String(part).padStart(6, '0').replace(/0+$/, '')}`;
  }),
);
const figures: fc.Arbitrary<Figures> = fc.record({ shares, trades: fc.integer({ min: 1, max: 1_000_000 }) });
const rowKey = fc.tuple(fc.constantFrom('AAA', 'BBB', 'CCC'), fc.constantFrom('ONE', 'TWO', 'SIX')).map(String);
const capture = fc
  .uniqueArray(fc.tuple(rowKey, figures), { minLength: 1, selector: ([key]) => key })
  .map((rows) => new Map(rows));

function fileOf(rows: ReadonlyMap<string, Figures>): string {
  const lines = [...rows].map(([key, row]) => {
    const [symbol, mpid] = key.split(',');
    return `NMS Tier 1|${symbol}|${symbol} Corp.|${mpid} ATS|${mpid}|${row.shares}|${row.trades}|2026-01-19`;
  });
  return `${[HEADER, ...lines].join('\n')}\n`;
}

/** Millionths of what `text` says. */
function exactly(text: string): Quantity {
  const [whole = '', decimals = ''] = text.split('.');
  return BigInt(whole + decimals.padEnd(6, '0'));
}

describe('diffCaptures of any two captures', () => {
  it('adds up exactly, whatever the quantities', { timeout: 120_000 }, async () => {
    const twins = fc.tuple(capture, capture);
    await fc.assert(
      fc.asyncProperty(twins, async ([before, after]) => {
        const scenario = createScenario();
        scenario.write('tier1_2025-12-19.csv', fileOf(before));
        await scenario.run(`${RUN} --run-date 2026-02-02`);
        scenario.write('tier1_2025-12-19.csv', fileOf(after));
        await scenario.run(`${RUN} --run-date 2026-02-03 --force`);

        const { totals, added, removed, changed } = await diffOf(scenario.db, FIRST, SECOND);

        const found = [...added, ...removed, ...changed].map((row): [string, unknown] => [
          `${row.symbol},${row.mpid}`,
          row.shares,
        ]);
        const keys = new Set([...before.keys(), ...after.keys()]);
        const expected = [...keys].flatMap((key) => {
          const [older, newer] = [before.get(key), after.get(key)];
          if (older?.shares === newer?.shares && older?.trades === newer?.trades) return [];
          const side = (row: Figures | undefined) => (row === undefined ? null : exactly(row.shares));
          return [[key, { older: side(older), newer: side(newer) }] as const];
        });
        expect(new Map(found)).toEqual(new Map(expected));
        for (const [sum, rows] of [[totals.shares.older, before] as const, [totals.shares.newer, after] as const]) {
          expect(sum).toBe([...rows.values()].reduce((total, row) => total + exactly(row.shares), 0n));
        }
      }),
      { numRuns: 20, seed: 7 },
    );
  });
});
