import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { value } from '../harness/database.ts';
import { createScenario } from '../harness/scenario.ts';

const OTC = { weekEnding: '2025-12-19', tier: 'OTC' } as const;
const WEEK = '--weeks 2025-12-19 --tiers OTC --run-date 2026-02-02';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the files of a database', () => {
  it('are for the owner and the group only, and so are the folders made for them', async () => {
    const { dataDir, dir } = createScenario(CLEAN_DIR, [OTC]);
    const db = join(dir, 'deep', 'down', 'market_spine.db');
    const umask = process.umask(0);
    try {
      await run(['--data-dir', dataDir, '--db', db, ...WEEK.split(' ')]);
    } finally {
      process.umask(umask);
    }
    expect(readdirSync(dirname(db)).map((name) => `${name} ${modeOf(join(dirname(db), name))}`)).toEqual([
      'market_spine.db 640',
      'market_spine.db.lock 640',
    ]);
    expect([modeOf(dirname(db)), modeOf(join(dir, 'deep'))]).toEqual(['750', '750']);
  });

  it('keep the modes that somebody gave them', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    mkdirSync(dirname(scenario.db), { mode: 0o700 });
    await scenario.start(WEEK);
    expect(modeOf(dirname(scenario.db))).toBe('700');
  });

  it('are the database and its lock alone after a clean run, in rollback journal mode', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    for (const line of [WEEK, WEEK, `${WEEK} --force`]) {
      expect(await scenario.start(line)).toMatchObject({ code: 0 });
      expect(readdirSync(dirname(scenario.db))).toEqual(['market_spine.db', 'market_spine.db.lock']);
      expect(value(scenario.db, 'PRAGMA journal_mode')).toBe('delete');
    }
  });

  it('are the same two after a run that failed', async () => {
    const scenario = createScenario();
    expect(await scenario.start(WEEK)).toMatchObject({ code: 1 });
    expect(readdirSync(dirname(scenario.db))).toEqual(['market_spine.db', 'market_spine.db.lock']);
    expect(value(scenario.db, 'PRAGMA journal_mode')).toBe('delete');
  });
});
