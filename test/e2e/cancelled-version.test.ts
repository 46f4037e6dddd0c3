import { expect, it } from 'vitest';
import { CLEAN_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { value } from '../harness/database.ts';
import type { RunDocument } from '../harness/run-document.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WEEK = `--weeks ${SMALL_PARTITION.weekEnding} --tiers ${SMALL_PARTITION.tier}`;

/** A stored partition whose item of `pipeline` was cancelled after its work, and that has a newer version since. */
async function revisedUnder(pipeline: string): Promise<{ scenario: Scenario; item: unknown }> {
  const scenario = createScenario(CLEAN_DIR);
  await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02');
  const find = 'SELECT id FROM core_work_items WHERE pipeline = ? AND partition_key LIKE ?';
  const item = value(scenario.db, find, pipeline, `%${SMALL_PARTITION.tier}%`);
  for (const change of ['retry', 'cancel']) await work(scenario, change, item);
  scenario.revise(SMALL_PARTITION);
  return { scenario, item };
}

async function work({ db }: Scenario, change: string, item: unknown): Promise<void> {
  expect((await run(['work', change, `${item}`, '--db', db])).code).toBe(0);
}

function leftAlone({ notices }: RunDocument) {
  return notices.filter(({ category }) => category === 'LEFT_CANCELLED');
}

const CASES = [
  { pipeline: 'normalize_week', stage: 'NORMALIZED', ran: ['RAW'], view: 'normalized' },
  { pipeline: 'compute_hhi', stage: 'HHI', ran: ['RAW', 'NORMALIZED', 'VENUE_VOLUME', 'VENUE_SHARE'], view: 'hhi' },
] as const;

it.each(CASES)('a newer version under a cancelled $pipeline is no success, and said to be left alone', async (each) => {
  const { scenario, item } = await revisedUnder(each.pipeline);
  const line = `${WEEK} --run-date 2026-02-03`;
  const message = `a newer version is there; it is taken, and left alone from ${each.stage} on, because work item ${item} was cancelled: work retry ${item}`;
  const notice = { severity: 'WARN', category: 'LEFT_CANCELLED', message };
  expect(leftAlone(await scenario.run(`${line} --dry-run`))).toEqual([expect.objectContaining(notice)]);

  const { code, stderr, stdout } = await scenario.start(line);
  expect(code).toBe(0);
  expect(stderr).toContain(message);
  expect(stdout).toContain('1 cancelled');
  expect(stdout).not.toContain('ingested');
  const latest = `SELECT DISTINCT capture_id FROM finra_otc_transparency_${each.view}_latest WHERE tier = 'NMS_TIER_1'`;
  expect(value(scenario.db, latest)).toContain(':20260202');
  expect(value(scenario.db, 'SELECT is_ready FROM core_data_readiness')).toBe(0n);

  const again = await scenario.run(line);
  expect(leftAlone(again)).toEqual([]);
  expect(again).toMatchObject({ totals: { cancelled: 1 }, exit_code: 0 });
  expect(again.partitions[0]).toMatchObject({ action: 'skip', reason: 'cancelled', outcome: 'cancelled' });

  await work(scenario, 'retry', item);
  expect((await scenario.run(line)).partitions[0]).toMatchObject({ action: 'resume', outcome: 'resumed' });
  expect(value(scenario.db, latest)).toContain(':20260203');
  expect(value(scenario.db, 'SELECT is_ready FROM core_data_readiness')).toBe(1n);
});

it.each(CASES)('the document says so of a newer version under a cancelled $pipeline', async (each) => {
  const { scenario } = await revisedUnder(each.pipeline);
  const { partitions, totals, exit_code } = await scenario.run(`${WEEK} --run-date 2026-02-03`);
  expect(partitions[0]).toMatchObject({ action: 'ingest', reason: 'revised', outcome: 'cancelled', error: null });
  expect(partitions[0]?.stages.map(({ stage }) => stage)).toEqual(each.ran);
  expect(totals).toMatchObject({ cancelled: 1, ingested: 0 });
  expect(exit_code).toBe(0);
});

it('a first version under a cancelled normalize is called one', async () => {
  const scenario = createScenario(CLEAN_DIR);
  scenario.remove(SMALL_PARTITION);
  await scenario.run(`${WEEK} --run-date 2026-02-02`);
  scenario.write('finra_otc_weekly_tier1_20251222.csv', 'tierDescription|');
  await scenario.run(`${WEEK} --run-date 2026-02-02`);
  const item = value(scenario.db, "SELECT id FROM core_work_items WHERE pipeline = 'normalize_week'");
  await work(scenario, 'cancel', item);
  scenario.restore(SMALL_PARTITION);
  const document = await scenario.run(`${WEEK} --run-date 2026-02-02`);
  expect(document.partitions[0]).toMatchObject({ reason: 'first_capture', outcome: 'cancelled' });
  const messages = leftAlone(document).map(({ message }) => message);
  expect(messages).toEqual([expect.stringMatching(/^a first version is there; /)]);
});
