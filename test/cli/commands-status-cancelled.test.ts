import { describe, expect, it } from 'vitest';
import type { statusDocument } from '../../src/cli/commands/status-document.ts';
import { CLEAN_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { execute, query } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02';
const BROKEN = 'tierDescription|';

/** A stored week whose first tier has a newer version, which could not be taken and was then cancelled. */
async function cancelledRevision(first = WEEK): Promise<Scenario> {
  const scenario = createScenario(CLEAN_DIR);
  await scenario.run(first);
  scenario.write('finra_otc_weekly_tier1_20251222.csv', BROKEN);
  await scenario.run(WEEK);
  for (const change of ['retry', 'cancel']) {
    expect((await command(scenario, `work ${change} 1`)).code).toBe(0);
  }
  return scenario;
}

function command({ db }: Scenario, line: string) {
  return run([...line.split(' '), '--db', db]);
}

async function documentOf(scenario: Scenario): Promise<ReturnType<typeof statusDocument> & { exit_code: number }> {
  return JSON.parse((await command(scenario, `status ${WEEK} --json`)).stdout);
}

describe('status of a newer version that an operator cancelled', () => {
  it('shows it in the grid, beside the stages of the capture that is stored, as no gap', async () => {
    const scenario = await cancelledRevision();
    const { code, stdout } = await command(scenario, `status ${WEEK}`);
    expect(code).toBe(0);
    expect(stdout).toContain('\n  2025-12-19  RNVSH cancelled  RNVSH complete  RNVSH complete  complete\n');
    expect(stdout).toContain('\nexit 0, complete: nothing that is due is missing\n');
  });

  it('shows it in the document, with what is stored', async () => {
    const { partitions, gaps, exit_code } = await documentOf(await cancelledRevision());
    expect({ gaps, exit_code }).toEqual({ gaps: [], exit_code: 0 });
    expect(partitions[0]).toMatchObject({ tier: SMALL_PARTITION.tier, state: 'cancelled', capture_state: 'accepted' });
    expect(partitions[0]?.stages[0]).toMatchObject({
      stage: 'RAW',
      state: 'cancelled',
      capture_id: 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202',
      work_item: { id: 1, state: 'CANCELLED' },
    });
  });

  it('stays until the item is retried or forced', async () => {
    const scenario = await cancelledRevision();
    scenario.restore(SMALL_PARTITION);
    expect((await scenario.run(WEEK)).exit_code).toBe(0);
    expect((await documentOf(scenario)).partitions[0]?.state).toBe('cancelled');
    expect((await scenario.run(`${WEEK} --force`)).exit_code).toBe(0);
    expect((await documentOf(scenario)).partitions[0]?.state).toBe('complete');
  });

  it.each([
    ['a calc is', WEEK, "DELETE FROM core_manifest WHERE stage = 'HHI' AND partition_key LIKE '%NMS_TIER_1%'", 'HHI'],
    ['all but the raw rows are', `${WEEK} --tiers T1 --only-stage ingest`, 'SELECT 1', 'NORMALIZED'],
  ])('hides no gap of the capture that is stored: %s missing', async (_, first, sql, stage) => {
    const scenario = await cancelledRevision(first);
    execute(scenario.db, sql);
    const { partitions, gaps, exit_code } = await documentOf(scenario);
    expect([partitions[0]?.state, exit_code]).toEqual(['pending', 1]);
    const gap = gaps.find(({ tier }) => tier === SMALL_PARTITION.tier);
    expect(gap).toMatchObject({ stage, state: 'pending' });
    const [line = ''] = gap?.commands ?? [];
    expect((await run([...line.split(' ').slice(1), '--run-date', '2026-02-02'])).code).toBe(0);
    expect((await documentOf(scenario)).partitions[0]?.state).toBe('cancelled');
  });

  it('resolves what was wrong with it, with a note, and does not raise it again', async () => {
    const scenario = await cancelledRevision(`${WEEK} --tiers T1 --only-stage ingest`);
    const failures = "SELECT occurrences, resolution FROM core_anomalies WHERE stage = 'RAW' AND severity = 'ERROR'";
    const before = query(scenario.db, failures);
    expect(before).toEqual([{ occurrences: 1n, resolution: 'an operator cancelled work item 1' }]);
    expect((await scenario.run(`${WEEK} --tiers T1`)).partitions[0]?.outcome).toBe('resumed');
    expect((await scenario.run(`${WEEK} --tiers T1`)).partitions[0]?.outcome).toBe('cancelled');
    expect(query(scenario.db, failures)).toEqual(before);
  });
});
