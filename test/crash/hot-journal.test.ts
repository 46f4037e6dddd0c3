import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import SqliteHandle from 'better-sqlite3';
import { expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { isIntact } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02';

/** A database as a program leaves it that is killed in the middle of a change, its rollback journal beside it. */
async function halfChanged(): Promise<Scenario> {
  const scenario = createScenario(CLEAN_DIR);
  await scenario.run(WEEK);
  const writer = new SqliteHandle(scenario.db);
  writer.exec('PRAGMA cache_size = 1; BEGIN; UPDATE raw_rows SET total_shares = 0');
  for (const name of ['', '-journal']) cpSync(`${scenario.db}${name}`, join(scenario.dir, `left.db${name}`));
  writer.close();
  return { ...scenario, db: join(scenario.dir, 'left.db') };
}

it.each(['status', `--dry-run ${WEEK} --data-dir ${CLEAN_DIR}`])(
  '%s leaves a half done change as it is, and says what takes it back',
  async (line) => {
    const { db } = await halfChanged();
    const { code, stderr } = await run([...line.split(' '), '--db', db]);
    expect(code).toBe(2);
    expect(stderr).toContain(`database ${db}: a killed program left a change in it half done\ntry: start a run`);
    expect(existsSync(`${db}-journal`)).toBe(true);
  },
);

it.each(['backup', 'a run'])('%s takes a half done change back first', async (what) => {
  const { db, dir, dataDir } = await halfChanged();
  const copy = join(dir, 'copy.db');
  const args = what === 'backup' ? ['backup', copy] : [...WEEK.split(' '), '--data-dir', dataDir];
  expect((await run([...args, '--db', db])).code).toBe(0);
  expect(existsSync(`${db}-journal`)).toBe(false);
  expect(isIntact(what === 'backup' ? copy : db)).toBe(true);
});
