import { copyFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteHandle from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { staged } from '../harness/at-step.ts';
import { run } from '../harness/command.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { storedState } from '../harness/stored-state.ts';
import { startHeldRun } from './held-run.ts';
import { expectRecovery, FIRST_HOST } from './recovery.ts';
import { type Attempt, prepareScenarios, type Scenario, scenarioFolder } from './scenarios.ts';

const dir = scenarioFolder();
let scenario: Scenario;

beforeAll(async () => {
  scenario = await (await prepareScenarios(dir))('restatement');
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('a dry run changes no byte', () => {
  it.each([
    ['between two statements of a transaction', { step: 150 }],
    ['between two transactions', { of: 'begin immediate', step: 20 }],
  ])('during a run that stands %s, and does not hinder it', async (_, point) => {
    const attempt = scenario.begin();
    const held = await startHeldRun(attempt.args, attempt.dir, point);
    await expectNothingChanged(attempt);
    expect((await held.finish()).code).toBe(0);
    await expectRecovery(scenario, attempt);
  });

  it.each([10, 50, 90])('after a run that was killed after %i % of its statements', async (percent) => {
    const attempt = scenario.begin();
    const step = Math.round((percent / 100) * scenario.steps);
    await run(attempt.args, { env: staged({ ...FIRST_HOST, step, signal: 'SIGKILL' }) });
    await expectNothingChanged(attempt);
    await expectRecovery(scenario, attempt);
  });

  it('of a database that another program left in WAL mode, with no log beside it', async () => {
    const attempt = scenario.begin();
    const other = new SqliteHandle(attempt.db);
    other.pragma('journal_mode = WAL');
    other.close();
    await expectNothingChanged(attempt);
  });
});

it('a dry run says what to do about a change that a killed program left half done, and leaves it so', async () => {
  const { db, args, dir: own } = scenario.begin();
  leaveHalfDone(db);
  const before = folderBytes(own);
  expect(await run([...args, '--dry-run'])).toMatchObject({
    code: 2,
    stderr: [
      `error: database ${db}: a killed program left a change in it half done`,
      'try: start a run, which takes the change back and goes on from there',
      '',
    ].join('\n'),
  });
  expect(folderBytes(own)).toEqual(before);
  expect((await run(args)).code).toBe(0);
  expect(storedState(db)).toEqual(scenario.state);
});

// Files copied from the middle of a transaction are what its killed process would have left.
function leaveHalfDone(db: string): void {
  const copy = `${db}.other`;
  copyFileSync(db, copy);
  const other = new SqliteHandle(copy);
  other.exec(`PRAGMA cache_size = 1; BEGIN; UPDATE core_manifest SET metrics_json = hex(randomblob(9000))`);
  for (const side of ['', '-journal']) copyFileSync(`${copy}${side}`, `${db}${side}`);
  other.close();
  rmSync(copy);
}

async function expectNothingChanged({ db, args }: Attempt): Promise<void> {
  const before = folderBytes(dirname(db));
  const ended = await run([...args, '--dry-run']);
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('dry run') });
  expect(folderBytes(dirname(db))).toEqual(before);
}
