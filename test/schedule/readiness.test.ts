import { describe, expect, it } from 'vitest';
import { partitionKey } from '../../src/domain/partition.ts';
import { TIERS, type Tier } from '../../src/domain/tier.ts';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { type ReadinessInput, readinessOf } from '../../src/schedule/readiness.ts';
import type { PartitionState } from '../../src/store/partition-states.ts';
import { OLD_VERSION, stateOf, storedCapture } from './partition-state.ts';

const WEEK = '2025-12-19';
const NOTHING = stateOf({ newest: null });

function readiness(tiers: Partial<Record<Tier, PartitionState>>, differs: Partial<ReadinessInput> = {}) {
  const states = new Map(TIERS.map((tier) => [partitionKey({ weekEnding: WEEK, tier }), tiers[tier] ?? stateOf()]));
  return readinessOf({
    weekEnding: WEEK,
    states,
    tierSplitCurrent: true,
    openErrors: [],
    runDate: '2026-02-02',
    publication: DEFAULT_PUBLICATION,
    ...differs,
  });
}

describe('a week is ready', () => {
  it('when its three tiers are accepted, all stages are current and no error is open', () => {
    expect(readiness({})).toEqual({ ready: true, blockers: [], awaitedUntil: null });
  });
});

describe('a week is not ready', () => {
  it.each<[what: string, state: PartitionState, blocker: string]>([
    ['a tier is missing', NOTHING, 'OTC: missing'],
    ['a tier is only staged', stateOf({ newest: storedCapture({ state: 'staged' }) }), 'OTC: captured, but staged'],
    ['a tier is rejected', stateOf({ newest: storedCapture({ state: 'rejected' }) }), 'OTC: captured, but rejected'],
    [
      'a newer capture waits',
      stateOf({
        newest: storedCapture({ state: 'rejected', captureKey: 9, runDate: '2026-02-09' }),
        accepted: storedCapture(),
      }),
      'OTC: a newer capture is rejected',
    ],
    ['a calc is missing', stateOf({ without: ['VENUE_SHARE', 'HHI'] }), 'OTC: not computed: VENUE_SHARE, HHI'],
    [
      'a calc is of an old version',
      stateOf({ stages: { HHI: { calcVersion: OLD_VERSION } } }),
      'OTC: not computed: HHI',
    ],
    ['a calc is of another capture', stateOf({ stages: { HHI: { captureKey: 3 } } }), 'OTC: not computed: HHI'],
  ])('while %s', (_, state, blocker) => {
    expect(readiness({ OTC: state })).toEqual({ ready: false, blockers: [blocker], awaitedUntil: null });
  });

  it('while its tier split was made from other captures', () => {
    const { ready, blockers } = readiness({}, { tierSplitCurrent: false });
    expect({ ready, blockers }).toEqual({ ready: false, blockers: ['tier split: not computed from these captures'] });
  });

  it('while an error is open, though everything is stored', () => {
    const openErrors = [
      { partition_key: partitionKey({ weekEnding: WEEK, tier: 'OTC' }), category: 'SOURCE_AMBIGUOUS' },
    ];
    expect(readiness({}, { openErrors })).toMatchObject({
      ready: false,
      blockers: ['OTC: open anomaly SOURCE_AMBIGUOUS'],
    });
  });

  it('names every tier in the order of all reports', () => {
    const { blockers } = readiness({ OTC: NOTHING, NMS_TIER_2: NOTHING, NMS_TIER_1: NOTHING });
    expect(blockers).toEqual(['NMS Tier 1: missing', 'NMS Tier 2: missing', 'OTC: missing']);
  });
});

describe('what is still awaited', () => {
  it.each([
    ['2026-01-18', 'OTC: awaiting publication on 2026-01-19', '2026-01-22'],
    ['2026-01-19', 'OTC: late (due on 2026-01-19)', '2026-01-22'],
    ['2026-01-22', 'OTC: late (due on 2026-01-19)', '2026-01-22'],
    ['2026-01-23', 'OTC: missing', null],
  ])('on %s is "%s", until %s', (runDate, blocker, awaitedUntil) => {
    expect(readiness({ OTC: NOTHING }, { runDate })).toEqual({ ready: false, blockers: [blocker], awaitedUntil });
  });

  it('lasts until the last tier is due', () => {
    const { awaitedUntil } = readiness({ NMS_TIER_1: NOTHING, OTC: NOTHING }, { runDate: '2025-12-20' });
    expect(awaitedUntil).toBe('2026-01-22');
  });
});
