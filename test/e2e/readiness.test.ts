import { describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { query } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const TIER_1 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' } as const;
const TIER_2 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_2' } as const;
const OTC = { weekEnding: '2025-12-19', tier: 'OTC' } as const;

function readiness({ db }: Scenario): unknown[] {
  return query(db, 'SELECT week_ending, is_ready, blockers_json, awaited_until FROM core_data_readiness').map(
    (row) => ({
      ...row,
      blockers_json: JSON.parse(row.blockers_json as string),
    }),
  );
}

const notReady = (blockers: string[], awaited_until: string | null) => [
  { week_ending: '2025-12-19', is_ready: 0n, blockers_json: blockers, awaited_until },
];

const READY = [{ week_ending: '2025-12-19', is_ready: 1n, blockers_json: [], awaited_until: null }];

describe('the readiness of a week', () => {
  it('follows it from its Friday to its last restatement', async () => {
    const scenario = createScenario();
    const run = (line: string) => scenario.run(`--weeks 2025-12-19 ${line}`);

    await run('--run-date 2025-12-22');
    const awaiting = [
      'NMS Tier 1: awaiting publication on 2026-01-05',
      'NMS Tier 2: awaiting publication on 2026-01-19',
      'OTC: awaiting publication on 2026-01-19',
    ];
    expect(readiness(scenario)).toEqual(notReady(awaiting, '2026-01-22'));

    scenario.put(CLEAN_DIR, [TIER_1]);
    await run('--run-date 2026-01-05');
    expect(readiness(scenario)).toEqual(notReady(awaiting.slice(1), '2026-01-22'));

    scenario.put(CLEAN_DIR, [TIER_2]);
    await run('--run-date 2026-01-19');
    expect(readiness(scenario)).toEqual(notReady(['OTC: late (due on 2026-01-19)'], '2026-01-22'));

    await run('--run-date 2026-01-23');
    expect(readiness(scenario)).toEqual(notReady(['OTC: missing', 'OTC: open anomaly SOURCE_MISSING'], null));

    scenario.put(CLEAN_DIR, [OTC]);
    await run('--run-date 2026-01-26');
    expect(readiness(scenario)).toEqual(READY);

    scenario.revise(TIER_1);
    await run('--run-date 2026-02-02 --only-stage ingest');
    expect(readiness(scenario)).toEqual(notReady(['NMS Tier 1: a newer capture is staged'], null));
    await run('--run-date 2026-02-02 --only-stage normalize');
    expect(readiness(scenario)).toEqual(notReady(['NMS Tier 1: not computed: VENUE_VOLUME, VENUE_SHARE, HHI'], null));
    await run('--run-date 2026-02-02');
    expect(readiness(scenario)).toEqual(READY);
  });

  it('is that of the whole week, also where a run looks at one tier', async () => {
    const scenario = createScenario(CLEAN_DIR, [TIER_1, TIER_2, OTC]);
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02 --tiers T1');
    expect(readiness(scenario)).toEqual(notReady(['NMS Tier 2: missing', 'OTC: missing'], null));
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02 --tiers T2,OTC');
    expect(readiness(scenario)).toEqual(READY);
  });

  it('does not need what only warns', async () => {
    const scenario = createScenario(CLEAN_DIR, [TIER_1, TIER_2, OTC]);
    // Data that is there before it could be published is a warning.
    const document = await scenario.run(
      '--weeks 2025-12-19 --run-date 2026-02-02 --publication-lag NMS_TIER_1=60,NMS_TIER_2=60,OTC=60',
    );
    expect(document.notices.map(({ category }) => category)).toContain('EARLY_DATA');
    expect(readiness(scenario)).toEqual(READY);
  });

  it('is in the document of the run, of a dry run too', async () => {
    const scenario = createScenario(CLEAN_DIR, [TIER_1, TIER_2, OTC]);
    const week = { ready: true, blockers: [], awaited_until: null };
    const line = '--weeks 2025-12-19 --run-date 2026-02-02';
    expect((await scenario.run(line)).weeks[0]?.readiness).toEqual(week);
    expect((await scenario.run(`${line} --dry-run`)).weeks[0]?.readiness).toEqual(week);
  });
});
