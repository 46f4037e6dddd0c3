import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteHandle from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { staged } from '../harness/at-step.ts';
import { run } from '../harness/command.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
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

async function expectNothingChanged({ db, args }: Attempt): Promise<void> {
  const before = folderBytes(dirname(db));
  const ended = await run([...args, '--dry-run']);
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('dry run') });
  expect(folderBytes(dirname(db))).toEqual(before);
}
