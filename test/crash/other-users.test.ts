import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteHandle from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { staged, until } from '../harness/at-step.ts';
import { run, start } from '../harness/command.ts';
import { isIntact, value } from '../harness/database.ts';
import { runScheduled, standingTime } from '../harness/schedule.ts';
import { storedState } from '../harness/stored-state.ts';
import { startHeldRun } from './held-run.ts';
import { expectRecovery, FIRST_HOST } from './recovery.ts';
import { prepareScenarios, type Scenario, scenarioFolder } from './scenarios.ts';

// Between two transactions, with half of the stages done.
const MIDDLE = { of: 'begin immediate', step: 20 };

const dir = scenarioFolder();
let scenario: Scenario;

beforeAll(async () => {
  scenario = await (await prepareScenarios(dir))('restatement');
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('a database that another program has locked', () => {
  it.each(['BEGIN EXCLUSIVE', 'BEGIN IMMEDIATE'])('(%s) is waited for, then given up with exit 2', async (lock) => {
    const attempt = scenario.begin();
    const before = storedState(attempt.db);
    const other = connect(attempt.db, lock);

    const ended = await run([...attempt.args, '--busy-timeout', '300ms'], { env: staged(FIRST_HOST) });

    expect(ended).toMatchObject({
      code: 2,
      stderr: [
        `error: database ${attempt.db}: another program holds it for longer than the busy timeout`,
        'try: close what uses it, or raise --busy-timeout',
        '',
      ].join('\n'),
    });
    other.close();
    expect(storedState(attempt.db)).toEqual(before);
    await expectRecovery(scenario, attempt);
  });

  it.each(['BEGIN EXCLUSIVE', 'BEGIN IMMEDIATE'])('(%s) and freed in time is no failure', async (lock) => {
    const attempt = scenario.begin();
    const other = connect(attempt.db, lock);
    const { ended } = start(attempt.args, { env: staged(FIRST_HOST) });
    await until(() => existsSync(`${attempt.db}.lock`));
    other.close();
    expect((await ended).code).toBe(0);
    expect(storedState(attempt.db)).toEqual(scenario.state);
  });

  it('in the middle of the run ends it with 2; the next run goes on', async () => {
    const attempt = scenario.begin();
    const args = [...attempt.args, '--busy-timeout', '300ms'];
    const held = await startHeldRun(args, attempt.dir, MIDDLE);
    const other = connect(attempt.db, 'BEGIN IMMEDIATE');
    const ended = await held.finish();
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`error: database ${attempt.db}: another program holds it`);
    other.close();
    expect(isIntact(attempt.db)).toBe(true);
    await expectRecovery(scenario, attempt);
  });
});

describe('a database that another program locks in the middle of a run with --max-wait', () => {
  const PATIENT = ['--busy-timeout', '0', '--max-wait', '1h'];

  it('is waited for beyond the busy timeout, and is no failure when it is freed in time', async () => {
    const attempt = scenario.begin();
    const held = await startHeldRun([...attempt.args, ...PATIENT], attempt.dir, MIDDLE);
    const other = connect(attempt.db, 'BEGIN IMMEDIATE');
    await held.goOn();
    other.close();
    expect((await held.ended).code).toBe(0);
    expect(storedState(attempt.db)).toEqual(scenario.state);
    await expectRecovery(scenario, attempt);
  });

  it('is waited for no longer when a signal comes', async () => {
    const attempt = scenario.begin();
    const held = await startHeldRun([...attempt.args, ...PATIENT], attempt.dir, MIDDLE);
    const other = connect(attempt.db, 'BEGIN IMMEDIATE');
    await held.goOn();
    held.child.kill('SIGTERM');
    expect(await held.ended).toMatchObject({ code: 2, stderr: expect.stringContaining('interrupted by SIGTERM') });
    other.close();
    await expectRecovery(scenario, attempt);
  });

  it('is not waited for that long before the run has begun', async () => {
    const attempt = scenario.begin();
    const other = connect(attempt.db, 'BEGIN IMMEDIATE');
    const ended = await run([...attempt.args, ...PATIENT], { env: staged(FIRST_HOST) });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('longer than the busy timeout') });
    other.close();
    await expectRecovery(scenario, attempt);
  });

  it('ends it with 2 when it is never freed, after that time and once; the next run closes its row', async () => {
    const attempt = scenario.begin();
    const hours = standingTime();
    const began = hours.now().getTime();
    const args = [...attempt.args, '--busy-timeout', '0', '--max-wait', '10m'];
    const others: SqliteHandle.Database[] = [];
    let stages = 0;
    const pause = async () => {
      if (++stages === 9) others.push(connect(attempt.db, 'BEGIN IMMEDIATE'));
    };
    const report = await runScheduled(args, hours, { pause });
    expect(report.error?.code).toBe('database_busy');
    expect(hours.now().getTime() - began).toBe(10 * 60_000);
    expect(others).toHaveLength(1);
    for (const other of others) other.close();
    const open = "SELECT count(*) FROM core_scheduler_runs WHERE status = 'running'";
    expect(value(attempt.db, open)).toBe(1n);
    await expectRecovery(scenario, attempt);
  });
});

describe('a reader', () => {
  it('in a transaction of its own at the start is waited for, then exit 2 says so', async () => {
    const attempt = scenario.begin();
    const reader = connect(attempt.db, 'BEGIN; SELECT * FROM core_captures');
    const ended = await run([...attempt.args, '--busy-timeout', '300ms'], { env: staged(FIRST_HOST) });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('another program holds it for longer than the busy timeout');
    reader.close();
    await expectRecovery(scenario, attempt);
  });

  it('that has the database open all the time costs nothing', async () => {
    const attempt = scenario.begin();
    const reader = connect(attempt.db, 'SELECT * FROM core_captures');
    expect((await run(attempt.args, { env: staged(FIRST_HOST) })).code).toBe(0);
    reader.close();
    expect(storedState(attempt.db)).toEqual(scenario.state);
    await expectRecovery(scenario, attempt);
  });

  it('that reads during the run and beyond sees one state; the log stays until the next run', async () => {
    const attempt = scenario.begin();
    const held = await startHeldRun(attempt.args, attempt.dir, MIDDLE);
    const reader = connect(attempt.db, 'BEGIN');
    const seen = () => reader.prepare('SELECT count(*) FROM core_executions').pluck().get();
    const first = seen();
    expect((await held.finish()).code).toBe(0);
    expect(seen()).toBe(first);
    expect(existsSync(`${attempt.db}-wal`)).toBe(true);
    reader.close();
    expect(Number(value(attempt.db, 'SELECT count(*) FROM core_executions'))).toBeGreaterThan(Number(first));
    expect(storedState(attempt.db)).toEqual(scenario.state);
    await expectRecovery(scenario, attempt);
  });
});

// Another program's connection, closed when the test ends.
function connect(db: string, sql: string): SqliteHandle.Database {
  mkdirSync(dirname(db), { recursive: true });
  const handle = new SqliteHandle(db);
  onTestFinished(() => {
    handle.close();
  });
  handle.exec(sql);
  return handle;
}
