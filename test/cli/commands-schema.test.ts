import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { execute, isIntact, value, viewContents } from '../harness/database.ts';
import { runHere } from '../harness/in-process.ts';
import { scenariosAfter } from '../harness/scenario.ts';

const afterOneWeek = scenariosAfter('--weeks 2025-12-19 --run-date 2026-02-02', CLEAN_DIR);

const FORGET_LAST = 'DELETE FROM kysely_migration WHERE name = (SELECT max(name) FROM kysely_migration)';

describe('a database of an older schema', () => {
  it.each(['status', 'work list', 'work retry 1', 'captures'])(
    'is for the next run to bring up to date: %s',
    async (line) => {
      const { db } = afterOneWeek();
      execute(db, FORGET_LAST);
      const { code, stdout, stderr } = await runHere([...line.split(' '), '--db', db]);
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: '',
        stderr: `error: database ${db}: made by an older version of this program\ntry: the next run brings it up to date; back it up before that\n`,
      });
    },
  );

  it('can be backed up before that, as it is', async () => {
    const { dir, db } = afterOneWeek();
    execute(db, FORGET_LAST);
    const copy = join(dir, 'copy.db');
    expect((await runHere(['backup', copy, '--db', db])).code).toBe(0);
    expect(isIntact(copy)).toBe(true);
    expect(viewContents(copy)).toEqual(viewContents(db));
    const migrations = 'SELECT group_concat(name) FROM kysely_migration';
    expect(value(copy, migrations)).toBe(value(db, migrations));
  });
});
