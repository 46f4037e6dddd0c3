import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteHandle from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { staged, until } from '../harness/at-step.ts';
import { run, start } from '../harness/command.ts';
import { isIntact, query } from '../harness/database.ts';
import { leftovers, NOTHING_LEFT } from '../harness/stored-state.ts';
import { createWorkspace } from '../harness/workspace.ts';
import { expectRecovery, FIRST_HOST } from './recovery.ts';
import { prepareScenarios, runArgs, type Scenario, scenarioFolder } from './scenarios.ts';

const dir = scenarioFolder();
let scenario: Scenario;

beforeAll(async () => {
  scenario = await (await prepareScenarios(dir))('restatement');
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it.each([2, 40, 75])('after %i % of the statements ends the run with 2 and leaves it whole', async (percent) => {
    const attempt = scenario.begin();
    const step = Math.round((percent / 100) * scenario.steps);
    const stopped = await run(attempt.args, { env: staged({ ...FIRST_HOST, step, signal }) });

    expect(stopped).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        `error: interrupted by ${signal}; what was committed stays, the stage under way was rolled back\ntry: run again`,
      ),
    });
    expect(isIntact(attempt.db)).toBe(true);
    expect(leftovers(attempt.db)).toEqual(NOTHING_LEFT);
    const runs = query(attempt.db, 'SELECT status, exit_code FROM core_scheduler_runs WHERE host = ?', FIRST_HOST.host);
    expect(runs).toEqual([{ status: 'interrupted', exit_code: 2n }]);
    await expectRecovery(scenario, attempt);
    const told = query(attempt.db, "SELECT 1 FROM core_anomalies WHERE category = 'RUN_KILLED'");
    expect(told).toEqual([]);
  });
});

it.each([
  ['before it has begun', 'BEGIN EXCLUSIVE'],
  ['before it could write', 'BEGIN IMMEDIATE'],
])('a run that waits for another program, %s, can be interrupted', async (_, lock) => {
  const { db } = createWorkspace();
  mkdirSync(dirname(db));
  const other = new SqliteHandle(db);
  other.exec(`PRAGMA journal_mode = WAL; ${lock}`);

  const { child, ended } = start([...runArgs(db, CLEAN_DIR), '--busy-timeout', '1h']);
  await until(() => existsSync(`${db}.lock`));
  child.kill('SIGTERM');

  expect(await ended).toMatchObject({ code: 2, stderr: expect.stringContaining('error: interrupted by SIGTERM') });
  other.close();
  expect((await run(runArgs(db, CLEAN_DIR))).code).toBe(0);
});
