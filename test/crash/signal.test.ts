import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteHandle from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { staged, until } from '../harness/at-step.ts';
import { PROJECT, run, start } from '../harness/command.ts';
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

describe.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s', (signal) => {
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

describe.each(['SIGTERM', 'SIGINT'] as const)('%s while the program is being loaded', (signal) => {
  /** The package, with a program that is sent the signal just before it can be loaded. */
  function struckAtLoad(): string {
    const { dir } = createWorkspace();
    cpSync(join(PROJECT, 'bin'), join(dir, 'bin'), { recursive: true });
    mkdirSync(join(dir, 'dist'));
    writeFileSync(
      join(dir, 'dist/entry.cjs'),
      `process.kill(process.pid, '${signal}'); module.exports = require(${JSON.stringify(join(PROJECT, 'dist/entry.cjs'))});`,
    );
    return join(dir, 'bin/run-finra-weekly-schedule.js');
  }

  it('ends a run with 2 as interrupted, with nothing captured', async () => {
    const { db } = createWorkspace();
    const stopped = await run(runArgs(db, CLEAN_DIR), { command: struckAtLoad() });
    expect(stopped).toMatchObject({
      code: 2,
      signal: null,
      stderr: `error: interrupted by ${signal}; what was committed stays, the stage under way was rolled back\ntry: run again: it goes on from there\n`,
    });
    expect(query(db, 'SELECT status, exit_code FROM core_scheduler_runs')).toEqual([
      { status: 'interrupted', exit_code: 2n },
    ]);
    expect(query(db, 'SELECT 1 FROM core_captures')).toEqual([]);
  });

  it.each([[], ['--only-stage', 'calc']])('ends a dry run with 2, and its document says why: %s', async (...more) => {
    const { db } = createWorkspace();
    const args = [...runArgs(db, CLEAN_DIR), '--dry-run', '--json', ...more];
    const stopped = await run(args, { command: struckAtLoad() });
    expect(stopped).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: .*\ntry: .*\n$/) });
    expect(JSON.parse(stopped.stdout)).toMatchObject({ error: { code: 'interrupted' }, exit_code: 2 });
  });

  it.each(['status', 'work list', 'captures', 'captures verify --archive-dir .'])(
    'ends %s with 2, before it looks at anything',
    async (line) => {
      const { db } = createWorkspace();
      const stopped = await run([...line.split(' '), '--db', db], { command: struckAtLoad() });
      expect(stopped).toEqual({
        code: 2,
        signal: null,
        stdout: '',
        stderr: `error: interrupted by ${signal}; nothing was done\ntry: start it again\n`,
      });
    },
  );
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
