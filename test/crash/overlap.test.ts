import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { staged } from '../harness/at-step.ts';
import { type Ended, run } from '../harness/command.ts';
import { isIntact, query, value } from '../harness/database.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { leftovers, NOTHING_LEFT, storedState } from '../harness/stored-state.ts';
import { createWorkspace } from '../harness/workspace.ts';
import { startHeldRun } from './held-run.ts';
import { runArgs, scenarioFolder } from './scenarios.ts';

// Of some 800 statements: the run has recorded itself long before.
const MIDDLE = { step: 500 };

let expected: Record<string, unknown>;

beforeAll(async () => {
  const dir = scenarioFolder();
  const args = runArgs(`${dir}/market_spine.db`, CLEAN_DIR);
  expect((await run(args)).code).toBe(0);
  expected = storedState(`${dir}/market_spine.db`);
  rmSync(dir, { recursive: true });
});

describe('a run that finds another one in progress', () => {
  it('says who holds the lock and since when, ends with 2 and touches nothing', async () => {
    const { dir, db } = createWorkspace();
    const first = await startHeldRun(runArgs(db, CLEAN_DIR), dir, MIDDLE);
    const since = String(value(db, 'SELECT started_at FROM core_scheduler_runs')).slice(0, 19);
    const before = folderBytes(dirname(db));

    const second = await run([...runArgs(db, CLEAN_DIR), '--force']);

    expect(second).toMatchObject({
      code: 2,
      stderr: [
        `error: database ${db}: another run is in progress (host pod-1, pid 1, since ${since} UTC)`,
        'try: wait for it to end; its lock is free the moment it ends or dies',
        '',
      ].join('\n'),
    });
    expect(folderBytes(dirname(db))).toEqual(before);
    expectOneResult(db, [await first.finish()]);
  });

  it('is one of ten that all end with 2', async () => {
    const { dir, db } = createWorkspace();
    const first = await startHeldRun(runArgs(db, CLEAN_DIR), dir, MIDDLE);

    const others = await startTogether(10, db);

    expect(others.map(({ code }) => code)).toEqual(Array(10).fill(2));
    for (const { stderr } of others) expect(stderr).toContain('another run is in progress (host pod-1, pid 1, since ');
    expectOneResult(db, [await first.finish()]);
  });

  it('goes on at once when that one has died, though its host name and process id say nothing', async () => {
    const { dir, db } = createWorkspace();
    const first = await startHeldRun(runArgs(db, CLEAN_DIR), dir, MIDDLE);
    first.child.kill('SIGKILL');
    await first.ended;

    const second = await run(runArgs(db, CLEAN_DIR), { env: staged({ host: 'pod-1', pid: 1 }) });

    expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining('(host pod-1, pid 1, since ') });
    expect(storedState(db)).toEqual(expected);
  });
});

describe.each([2, 10])('%i first runs started at once', (count) => {
  it('make the schema once and one whole result; who does not get the lock ends with 2', async () => {
    const { db } = createWorkspace();

    const all = await startTogether(count, db);

    const refused = all.filter(({ code }) => code !== 0);
    for (const { code, stderr } of refused) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: database .*: another run is in progress \(.*\)\ntry: .*\n$/);
    }
    expectOneResult(
      db,
      all.filter(({ code }) => code === 0),
    );
  });
});

function startTogether(count: number, db: string): Promise<Ended[]> {
  return Promise.all(Array.from({ length: count }, () => run(runArgs(db, CLEAN_DIR))));
}

// Who starts when the first has ended finds everything unchanged.
function expectOneResult(db: string, worked: readonly Ended[]): void {
  expect(worked.length).toBeGreaterThan(0);
  for (const { code } of worked) expect(code).toBe(0);
  const runs = query(db, 'SELECT status, count(*) AS n FROM core_scheduler_runs GROUP BY status');
  expect(runs).toEqual([{ status: 'success', n: BigInt(worked.length) }]);
  expect(value(db, 'SELECT count(*) - count(DISTINCT name) FROM kysely_migration')).toBe(0n);
  expect(isIntact(db)).toBe(true);
  expect(leftovers(db)).toEqual(NOTHING_LEFT);
  expect(storedState(db)).toEqual(expected);
}
