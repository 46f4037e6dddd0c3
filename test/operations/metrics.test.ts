import { describe, expect, it } from 'vitest';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { conditionOf, gatherFigures, type MetricScope, NO_DATA } from '../../src/operations/metrics.ts';
import { tierStageStates } from '../../src/operations/stage-states.ts';
import { openToRead } from '../../src/store/sqlite/open-store.ts';
import { brokenDir, CLEAN_DIR, REVISED_PARTITIONS } from '../generator/fixture-paths.ts';
import { execute } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';
import { stateOf, storedCapture } from '../schedule/partition-state.ts';

const SCOPE: MetricScope = {
  weeks: ['2025-12-19'],
  tiers: ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'],
  runDate: '2026-02-02',
  publication: DEFAULT_PUBLICATION,
  at: new Date('2026-06-01T12:00:00Z'),
};

/** The figures of what a scenario's database holds. */
async function figuresOf({ db }: Scenario, scope: Partial<MetricScope> = {}) {
  const store = openToRead({ path: db, busyTimeoutMs: 1000, allowNetworkFs: true });
  if (store === null) throw new Error('there is no database');
  try {
    return await gatherFigures(store.db, { ...SCOPE, ...scope });
  } finally {
    store.close();
  }
}

describe('the condition of a partition', () => {
  const rejected = storedCapture({ state: 'rejected', captureKey: 8 });
  const nothing = stateOf({ newest: null });
  it.each([
    ['missing', 'nothing is captured and it is due', nothing, 'due', null],
    ['late', 'nothing is captured and it is late', nothing, 'late', null],
    ['awaiting', 'nothing is captured before its day', nothing, 'awaiting', null],
    ['complete', 'every stage is current', stateOf(), 'due', null],
    ['complete', 'it came early', stateOf(), 'awaiting', null],
    ['incomplete', 'a calc is missing', stateOf({ without: ['HHI'] }), 'due', null],
    ['incomplete', 'it is only staged', stateOf({ newest: storedCapture({ state: 'staged' }) }), 'due', null],
    ['rejected', 'its only capture is', stateOf({ newest: rejected }), 'due', null],
    ['rejected', 'a restatement is', stateOf({ newest: rejected, accepted: storedCapture() }), 'due', null],
    ['failed', 'its source could not be used', nothing, 'due', 'two files'],
    ['failed', 'a newer version could not be used', stateOf(), 'due', 'two files'],
  ] as const)('is %s when %s', (condition, _, state, publication, fault) => {
    expect(conditionOf(tierStageStates(state, publication, [], fault))).toBe(condition);
  });
});

describe('the figures of a database', () => {
  it('tell of complete partitions, finished work and no trouble after a clean run', async () => {
    const scenario = createScenario(CLEAN_DIR);
    scenario.clock.set('2026-02-02T15:30:00.000Z');
    await scenario.run('--weeks 2025-12-12,2025-12-19 --run-date 2026-02-02');
    const figures = await figuresOf(scenario, { at: new Date('2026-02-03T15:30:00.000Z') });
    expect(figures).toMatchObject({
      runs: { success: 1, partial: 0, critical: 0 },
      weeks: { ingested: 6, skipped: 0, failed: 0 },
      partitions: { ...NO_DATA.partitions, complete: 6 },
      gaps: 0,
      workItems: { ...NO_DATA.workItems, COMPLETE: 32 },
      anomalies: NO_DATA.anomalies,
    });
    for (const age of Object.values(figures.captureAgeSeconds)) {
      expect(age).toBeGreaterThan(24 * 3600 - 60);
      expect(age).toBeLessThan(24 * 3600);
    }
  });

  it('count what is due and not complete as gaps, and what is still awaited or late as none', async () => {
    const scenario = createScenario();
    // Tier 1 is due after 2026-01-08; the other tiers are published on 2026-01-19 and due after 2026-01-22.
    await scenario.run('--weeks 2025-12-19 --run-date 2026-01-12');
    const on = async (runDate: string) => figuresOf(scenario, { runDate });
    expect(await on('2026-01-12')).toMatchObject({ gaps: 1, partitions: { missing: 1, awaiting: 2, late: 0 } });
    expect(await on('2026-01-22')).toMatchObject({ gaps: 1, partitions: { missing: 1, awaiting: 0, late: 2 } });
    expect(await on('2026-01-23')).toMatchObject({ gaps: 3, partitions: { missing: 3, awaiting: 0, late: 0 } });
  });

  it('keep counting a gap that fell out of the window, and only the tiers that are looked after', async () => {
    const scenario = createScenario(CLEAN_DIR, [{ weekEnding: '2025-12-12', tier: 'OTC' }]);
    await scenario.run('--weeks 2025-12-12,2025-12-19 --tiers OTC --run-date 2026-02-02');
    const figures = await figuresOf(scenario, { tiers: ['OTC'], weeks: ['2025-12-26'] });
    expect(figures).toMatchObject({ gaps: 2, partitions: { complete: 1, missing: 2 } });
  });

  it('count a tier as missing only where a run asked for it', async () => {
    const scenario = createScenario(CLEAN_DIR, [
      { weekEnding: '2025-12-12', tier: 'OTC' },
      { weekEnding: '2025-12-12', tier: 'NMS_TIER_1' },
    ]);
    await scenario.run('--weeks 2025-12-12 --tiers OTC,T1 --run-date 2026-02-02');
    await scenario.run('--weeks 2025-12-19 --tiers OTC --run-date 2026-02-02');
    const figures = await figuresOf(scenario, { tiers: ['OTC'], weeks: ['2025-12-12'] });
    expect(figures).toMatchObject({ gaps: 1, partitions: { complete: 2, missing: 1 } });
  });

  it('forget a week older than all that was captured once no run asks for it', async () => {
    const scenario = createScenario(CLEAN_DIR, [{ weekEnding: '2025-12-19', tier: 'OTC' }]);
    await scenario.run('--weeks 2015-01-02,2025-12-19 --tiers OTC --run-date 2026-02-02');
    const asked = await figuresOf(scenario, { tiers: ['OTC'], weeks: ['2015-01-02', '2025-12-19'] });
    expect(asked).toMatchObject({ gaps: 1, partitions: { complete: 1, missing: 1 } });
    const unasked = await figuresOf(scenario, { tiers: ['OTC'], weeks: ['2025-12-19'] });
    expect(unasked).toMatchObject({ gaps: 0, partitions: { complete: 1, missing: 0 } });
  });

  it('count a restatement that a gate rejected as a gap, with its anomaly and its work item', async () => {
    const [partition] = REVISED_PARTITIONS;
    const scenario = createScenario(CLEAN_DIR, [partition]);
    await scenario.run('--weeks 2025-12-19 --tiers NMS_TIER_1 --run-date 2026-02-02');
    scenario.put(brokenDir('shrunk'));
    await scenario.run('--weeks 2025-12-19 --tiers NMS_TIER_1 --run-date 2026-02-09');
    expect(await figuresOf(scenario, { tiers: ['NMS_TIER_1'] })).toMatchObject({
      runs: { success: 1, partial: 1, critical: 0 },
      weeks: { ingested: 1, skipped: 0, failed: 1 },
      gaps: 1,
      partitions: { ...NO_DATA.partitions, rejected: 1 },
      workItems: { FAILED: 1 },
      anomalies: { ERROR: 1, CRITICAL: 0 },
    });
  });

  it('have no age for a tier of which nothing was accepted, and count no anomaly that is resolved', async () => {
    const scenario = createScenario(CLEAN_DIR, [{ weekEnding: '2025-12-19', tier: 'OTC' }]);
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02');
    const before = await figuresOf(scenario, { at: new Date('2026-06-02T12:00:00Z') });
    expect(before.captureAgeSeconds).toEqual({ NMS_TIER_1: 0, NMS_TIER_2: 0, OTC: expect.any(Number) });
    expect(before.captureAgeSeconds.OTC).toBeGreaterThan(0);
    expect(before.anomalies.ERROR).toBe(2);
    execute(scenario.db, "UPDATE core_anomalies SET resolved_at = last_seen_at, resolution = 'test'");
    expect((await figuresOf(scenario)).anomalies.ERROR).toBe(0);
  });
});
