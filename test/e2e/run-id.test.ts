import { join } from 'node:path';
import SqliteHandle from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { execute, query } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02';

/** A week that is stored. */
async function storedWeek(): Promise<Scenario> {
  const scenario = createScenario(CLEAN_DIR);
  expect((await scenario.start(WEEK)).code).toBe(0);
  return scenario;
}

/** What the real command says of its run's id, in its document and in its log, and whether the database has it. */
async function idsOf(scenario: Scenario, more: string) {
  const { code, stdout, stderr } = await scenario.start(`${WEEK} --json --log-format json ${more}`);
  const { run_id: id, error } = JSON.parse(stdout);
  const logged = stderr.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).run_id]));
  return { code, error: error?.code ?? null, id, logged: new Set(logged), recorded: isRecorded(scenario, id) };
}

function isRecorded({ db }: Scenario, id: unknown): boolean {
  return query(db, 'SELECT 1 FROM core_scheduler_runs WHERE run_id = ?', id).length === 1;
}

describe('the run_id of a document, which each line of the log has too,', () => {
  it.each([
    ['a run that goes well', '', 0, null],
    ['a run whose data folder is missing', '--data-dir nowhere', 2, 'data_dir_missing'],
  ])('names a row of core_scheduler_runs after %s', async (_, more, code, error) => {
    const ids = await idsOf(await storedWeek(), more);
    expect(ids).toMatchObject({ code, error, recorded: true, logged: new Set([ids.id]) });
  });

  it('names none after a dry run', async () => {
    const ids = await idsOf(await storedWeek(), '--dry-run');
    expect(ids).toMatchObject({ code: 0, recorded: false, logged: new Set([ids.id]) });
  });

  it('names none after a run that another one keeps out', async () => {
    const scenario = await storedWeek();
    const holder = new SqliteHandle(`${scenario.db}.lock`);
    onTestFinished(() => {
      holder.close();
    });
    holder.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    const ids = await idsOf(scenario, '');
    expect(ids).toMatchObject({ code: 2, error: 'run_in_progress', recorded: false, logged: new Set([ids.id]) });
  });

  it('names none after a run that cannot use its database', async () => {
    const scenario = await storedWeek();
    execute(scenario.db, "INSERT INTO kysely_migration VALUES ('9999-later', '2030-01-01T00:00:00.000Z')");
    const ids = await idsOf(scenario, '');
    expect(ids).toMatchObject({ code: 2, error: 'database_newer', recorded: false, logged: new Set([ids.id]) });
  });

  it('is there also where nothing was made at all', async () => {
    const scenario = createScenario();
    const { code, stdout } = await scenario.start(`${WEEK} --json --data-dir ${join(scenario.dir, 'nowhere')}`);
    expect({ code, document: JSON.parse(stdout) }).toMatchObject({
      code: 2,
      document: { run_id: expect.stringMatching(/^[0-9a-f-]{36}$/), error: { code: 'data_dir_missing' } },
    });
  });
});
