import { describe, expect, it } from 'vitest';
import type { Tier } from '../../src/domain/tier.ts';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { readStatus, type Status, type StatusQuestion } from '../../src/operations/status.ts';
import { openToRead } from '../../src/store/sqlite/open-store.ts';
import { brokenDir, CLEAN_DIR, REVISED_PARTITIONS, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { execute } from '../harness/database.ts';
import { createScenario, type Scenario, scenariosAfter } from '../harness/scenario.ts';
import { openFreshStore } from './fresh-store.ts';

const TIERS: readonly Tier[] = ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'];
const WEEK: StatusQuestion = {
  weeks: ['2025-12-19'],
  tiers: TIERS,
  runDate: '2026-02-02',
  publication: DEFAULT_PUBLICATION,
};

const afterOneWeek = scenariosAfter('--weeks 2025-12-19 --run-date 2026-02-02', CLEAN_DIR);

async function statusOf({ db }: Scenario, question: StatusQuestion = WEEK): Promise<Status> {
  const store = openToRead({ path: db, busyTimeoutMs: 1000, allowNetworkFs: true });
  if (store === null) throw new Error('there is no database');
  try {
    return await readStatus(store.db, question);
  } finally {
    store.close();
  }
}

function gapsOf(status: Status): string[] {
  return status.gaps.map(
    ({ partition, stage, state }) => `${partition.weekEnding} ${partition.tier} ${stage} ${state}`,
  );
}

describe('the status of an empty database', () => {
  it.each([
    ['2026-01-04', ['awaiting', 'awaiting', 'awaiting']],
    ['2026-01-05', ['late', 'awaiting', 'awaiting']],
    ['2026-01-08', ['late', 'awaiting', 'awaiting']],
    ['2026-01-09', ['missing', 'awaiting', 'awaiting']],
    ['2026-01-22', ['missing', 'late', 'late']],
    ['2026-01-23', ['missing', 'missing', 'missing']],
  ])('goes by what FINRA has published on %s', async (runDate, states) => {
    const { db } = await openFreshStore();
    const status = await readStatus(db, { ...WEEK, runDate });
    expect(status.partitions.map(({ state }) => state)).toEqual(states);
    expect(status.gaps).toHaveLength(states.filter((state) => state === 'missing').length);
    expect(status.weeks.map(({ tierSplit }) => tierSplit.state)).toEqual(['waiting']);
    expect(status).toMatchObject({ runs: [], anomalies: [], sourceOptions: null });
  });

  it('names the day of publication, and the run that takes what is missing', async () => {
    const { db } = await openFreshStore();
    const { gaps } = await readStatus(db, { ...WEEK, tiers: ['OTC'] });
    expect(gaps).toEqual([
      {
        partition: { weekEnding: '2025-12-19', tier: 'OTC' },
        stage: 'RAW',
        state: 'missing',
        message: 'nothing is captured, though FINRA was to publish it on 2026-01-19',
        hint: 'fetch it first, if FINRA has published it by now',
        itemId: null,
        mends: [{ kind: 'run', partition: { weekEnding: '2025-12-19', tier: 'OTC' }, onlyCalcs: false }],
      },
    ]);
  });
});

describe('the status after a run', () => {
  it('is complete, with every stage, the run and what it was told of its source', async () => {
    const scenario = afterOneWeek();
    const status = await statusOf(scenario);
    expect(gapsOf(status)).toEqual([]);
    expect(status.partitions.flatMap(({ stages }) => stages.map(({ state }) => state))).toEqual(
      Array(15).fill('complete'),
    );
    expect(status.partitions[2]).toMatchObject({
      captureId: 'finra.otc_transparency:OTC:2025-12-19:20260202',
      captureState: 'accepted',
      rows: 180,
      rejects: 0,
      stages: expect.arrayContaining([expect.objectContaining({ stage: 'NORMALIZED', rowCount: 180 })]),
    });
    expect(status.weeks[0]).toMatchObject({ tierSplit: { state: 'complete' }, readiness: { ready: true } });
    expect(status.runs).toMatchObject([{ status: 'success', exitCode: 0, runDate: '2026-02-02' }]);
    expect(status.workItems).toMatchObject({ COMPLETE: 16, FAILED: 0, PENDING: 0 });
    expect(status.sourceOptions).toMatchObject({ source: 'file', onlyStage: 'all' });
  });

  it('tells of its source also when a later run did not look at one', async () => {
    const scenario = afterOneWeek();
    const before = (await statusOf(scenario)).sourceOptions;
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02 --only-stage calc');
    const after = await statusOf(scenario);
    expect(after.runs).toHaveLength(2);
    expect(after.sourceOptions).toEqual(before);
  });

  it('names what was captured and not computed, by its first missing stage', async () => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02 --only-stage ingest');
    expect(gapsOf(await statusOf(scenario))).toEqual(TIERS.map((tier) => `2025-12-19 ${tier} NORMALIZED pending`));
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02 --only-stage normalize');
    const { gaps } = await statusOf(scenario);
    expect(gaps.map(({ stage }) => stage)).toEqual(['VENUE_VOLUME', 'VENUE_VOLUME', 'VENUE_VOLUME', 'TIER_SPLIT']);
    expect(gaps.map(({ mends }) => mends)).toMatchObject(Array(4).fill([{ kind: 'run', onlyCalcs: true }]));
  });

  it('names a failed stage with its work item, its error and both commands that mend it', async () => {
    const scenario = afterOneWeek();
    scenario.put(brokenDir('too_many_rejects'), [SMALL_PARTITION]);
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02');
    const status = await statusOf(scenario);
    expect(gapsOf(status)).toEqual(['2025-12-19 NMS_TIER_1 NORMALIZED rejected']);
    const [gap] = status.gaps;
    expect(gap?.message).toContain('6 of its 60 rows are rejected');
    expect(gap?.mends).toEqual([
      { kind: 'retry', itemId: gap?.itemId },
      { kind: 'run', partition: SMALL_PARTITION, onlyCalcs: false },
    ]);
    expect(status.workItems.FAILED).toBe(1);
    expect(status.anomalies[0]).toMatchObject({ severity: 'ERROR', partition: SMALL_PARTITION, stage: 'NORMALIZED' });
    expect(status.weeks[0]?.readiness.ready).toBe(false);
  });

  it('names a tier split that is of other captures', async () => {
    const scenario = afterOneWeek();
    scenario.revise(REVISED_PARTITIONS[0]);
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02 --only-stage ingest');
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02 --only-stage normalize');
    const { weeks } = await statusOf(scenario);
    expect(weeks[0]?.tierSplit.state).toBe('stale');
  });

  it('keeps to its window, but counts the work items and anomalies of the whole database', async () => {
    const scenario = afterOneWeek();
    execute(scenario.db, "UPDATE core_work_items SET state = 'FAILED' WHERE id = 1");
    const status = await statusOf(scenario, { ...WEEK, weeks: ['2025-12-12'], runDate: '2026-01-12' });
    expect(gapsOf(status)).toEqual(['2025-12-12 NMS_TIER_1 RAW missing']);
    expect(status.workItems.FAILED).toBe(1);
  });
});
