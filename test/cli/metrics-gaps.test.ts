import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenDir, CLEAN_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { query, value } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';
import { seriesIn } from './metrics-world.ts';

const DATES = '--run-date 2026-02-02';
const WEEK = `--weeks 2025-12-19 ${DATES}`;
const BROKEN = 'tierDescription|';

/** A run with the options of `line` that writes metrics, by the real command: its exit code and what alerts look at. */
async function told(scenario: Scenario, line: string) {
  const metricsFile = join(scenario.dir, 'market_spine.prom');
  const { code } = await scenario.start(`${line} --metrics-file ${metricsFile}`);
  const series = seriesIn(metricsFile);
  const of = (name: string) => series.get(`market_spine_${name}`);
  return {
    code,
    gaps: of('partition_gaps'),
    missing: of('partitions{state="missing"}'),
    failed: of('partitions{state="failed"}'),
    cancelled: of('partitions{state="cancelled"}'),
    errors: of('anomalies_unresolved{severity="ERROR"}'),
  };
}

async function statusOf({ db }: Scenario, line: string) {
  const { code, stdout } = await run(['status', '--db', db, '--json', ...line.split(' ')]);
  return { code, gaps: (JSON.parse(stdout) as { gaps: { tier: string }[] }).gaps.filter(isOfTier).length };
}

function isOfTier({ tier }: { tier: string }): boolean {
  return tier !== 'ALL_TIERS';
}

const QUIET = { code: 0, gaps: 0, missing: 0, failed: 0, errors: 0 };

describe('a gap of the metrics', () => {
  it.each([
    ['and whose file is still there', false],
    ['and whose file is gone', true],
  ])('ends with the work item that an operator cancels, %s', async (_, gone) => {
    const scenario = createScenario(CLEAN_DIR);
    scenario.write('finra_otc_weekly_tier1_20251222.csv', BROKEN);
    expect(await told(scenario, WEEK)).toMatchObject({ code: 1, gaps: 1, failed: 1, errors: 1 });
    const id = String(value(scenario.db, "SELECT id FROM core_work_items WHERE state = 'FAILED'"));
    for (const change of ['retry', 'cancel']) {
      expect((await run(['work', change, id, '--db', scenario.db])).code).toBe(0);
    }
    if (gone) scenario.remove(SMALL_PARTITION);

    expect(await told(scenario, WEEK)).toEqual({ ...QUIET, cancelled: 1 });
    expect(await statusOf(scenario, WEEK)).toEqual({ code: 0, gaps: 0 });
    expect(query(scenario.db, "SELECT resolution FROM core_anomalies WHERE severity = 'ERROR'")).toEqual([
      { resolution: `an operator cancelled work item ${id}` },
    ]);
  });

  it('ends with the next run where a week was mistyped that is older than all captured ones', async () => {
    const scenario = createScenario(CLEAN_DIR);
    expect(await told(scenario, WEEK)).toEqual({ ...QUIET, cancelled: 0 });
    const mistyped = await told(scenario, `--weeks 2015-01-02 --tiers OTC ${DATES}`);
    expect(mistyped).toEqual({ ...QUIET, code: 1, gaps: 1, missing: 1, errors: 1, cancelled: 0 });

    expect(await told(scenario, WEEK)).toEqual({ ...QUIET, cancelled: 0 });
    expect(query(scenario.db, "SELECT resolution FROM core_anomalies WHERE category = 'SOURCE_MISSING'")).toEqual([
      { resolution: 'no run asks for it now, and nothing so old was ever captured' },
    ]);
  });

  it('stays, with its anomaly, where a week is missing between captured ones and no run asks for it any more', async () => {
    const scenario = createScenario(CLEAN_DIR);
    scenario.remove(SMALL_PARTITION);
    const all = `--weeks 2025-12-12..2025-12-26 ${DATES}`;
    expect(await told(scenario, all)).toMatchObject({ code: 1, gaps: 1, missing: 1, errors: 1 });
    expect(await told(scenario, `--weeks 2025-12-26 ${DATES}`)).toMatchObject({
      code: 0,
      gaps: 1,
      missing: 1,
      errors: 1,
    });
    expect(await statusOf(scenario, all)).toEqual({ code: 1, gaps: 1 });
  });

  it('is what status calls one too, where the source of a stored partition could not be used', async () => {
    const scenario = createScenario(CLEAN_DIR);
    expect((await told(scenario, WEEK)).gaps).toBe(0);
    scenario.put(brokenDir('two_files'));
    scenario.restore(SMALL_PARTITION);
    expect(await told(scenario, WEEK)).toMatchObject({ code: 1, gaps: 1, failed: 1 });
    expect(await statusOf(scenario, WEEK)).toEqual({ code: 1, gaps: 1 });
  });
});
