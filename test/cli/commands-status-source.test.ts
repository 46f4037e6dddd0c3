import { describe, expect, it } from 'vitest';
import type { statusDocument } from '../../src/cli/commands/status-document.ts';
import { brokenDir, CLEAN_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { value } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02';
const SECOND_FILE = 'nms_tier_1_week_2025-12-19.psv';

async function documentOf({ db }: Scenario): Promise<ReturnType<typeof statusDocument> & { exit_code: number }> {
  return JSON.parse((await run(['status', ...WEEK.split(' '), '--db', db, '--json'])).stdout);
}

describe('status of a partition whose source the last run could not use', () => {
  it.each([
    ['though a capture is stored', true, 'what its source has could not be taken: two files or more'],
    ['and nothing is captured', false, 'two files or more'],
  ])('is a gap, %s, until the command it names has run', async (_, stored, message) => {
    const scenario = createScenario(CLEAN_DIR);
    if (stored) expect((await scenario.run(WEEK)).exit_code).toBe(0);
    scenario.put(brokenDir('two_files'));
    scenario.restore(SMALL_PARTITION);
    expect((await scenario.start(WEEK)).code).toBe(1);

    const { gaps, exit_code } = await documentOf(scenario);
    const [gap] = gaps;
    expect({ exit_code, state: gap?.state, stage: gap?.stage }).toEqual({
      exit_code: 1,
      state: 'failed',
      stage: 'RAW',
    });
    expect(gap?.message.startsWith(message)).toBe(true);
    expect(gap?.commands).toHaveLength(1);

    scenario.removeFile(SECOND_FILE);
    const [line = ''] = gap?.commands ?? [];
    expect((await run([...line.split(' ').slice(1), '--run-date', '2026-02-02'])).code).toBe(0);
    expect(await documentOf(scenario)).toMatchObject({ gaps: [], exit_code: 0 });
  });
});

describe('the commands that mend', () => {
  it.each([
    ['no folder', ['--data-dir', '/nowhere/at/all'], 'data_dir_missing'],
    ['no archive', ['--source', 'archive', '--archive-dir', '/nowhere/at/all'], 'archive_dir_missing'],
    ['an archive that cannot be', ['--archive-dir', '/dev/null/archive'], 'archive_not_writable'],
  ])('name the folder of the last run that had one, not of a later one that was given %s', async (_, wrong, code) => {
    const scenario = createScenario(CLEAN_DIR);
    scenario.put(brokenDir('two_files'));
    await scenario.run(WEEK);
    const before = (await documentOf(scenario)).gaps[0]?.commands;

    const failed = await run([...scenario.place, ...WEEK.split(' '), ...wrong, '--json']);
    expect(JSON.parse(failed.stdout)).toMatchObject({ exit_code: 2, error: { code } });

    expect((await documentOf(scenario)).gaps[0]?.commands).toEqual(before);
    const done = value(scenario.db, "SELECT min(id) FROM core_work_items WHERE state = 'COMPLETE'");
    const { stdout } = await run(['work', 'retry', String(done), '--db', scenario.db, '--json']);
    for (const commands of [before, JSON.parse(stdout).changed[0].commands]) {
      expect(commands.join()).toContain(` --data-dir ${scenario.dataDir} `);
    }
  });
});
