import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteHandle from 'better-sqlite3';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FatalError } from '../../../src/domain/errors.ts';
import { openForRun, openToRead } from '../../../src/store/sqlite/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { execute, value } from '../../harness/database.ts';
import { folderBytes } from '../../harness/folder-bytes.ts';
import { createWorkspace } from '../../harness/workspace.ts';

function optionsFor(path: string) {
  return { path, busyTimeoutMs: 0, allowNetworkFs: false, sleep: async () => {}, stopwatch: () => 0 };
}

async function open(path: string): Promise<Store> {
  const store = await openForRun(optionsFor(path));
  onTestFinished(() => store.close());
  return store;
}

async function refusal(attempt: () => unknown): Promise<FatalError> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof FatalError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('openForRun', () => {
  it('makes the database with its folder, in WAL mode, durable, with foreign keys', async () => {
    const { db } = createWorkspace();
    const store = await open(db);
    const pragma = async (name: string) => (await sql.raw(`PRAGMA ${name}`).execute(store.db)).rows;
    expect(await pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await pragma('synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await pragma('foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    expect(value(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'core_manifest'")).toBe(1n);
  });

  it('leaves rollback journal mode behind, and no side file but the lock', async () => {
    const { db } = createWorkspace();
    (await openForRun(optionsFor(db))).close();
    expect(value(db, 'PRAGMA journal_mode')).toBe('delete');
    expect(readdirSync(dirname(db)).sort()).toEqual(['market_spine.db', 'market_spine.db.lock']);
  });

  it('holds the lock of the real path, whatever links lead to it', async () => {
    const { dir, db } = createWorkspace();
    (await openForRun(optionsFor(db))).close();
    const link = join(dir, 'link.db');
    symlinkSync(db, link);
    await open(link);
    expect(existsSync(`${link}.lock`)).toBe(false);
    expect(await refusal(() => openForRun(optionsFor(db)))).toMatchObject({ code: 'run_in_progress' });
  });

  it('holds that lock also where the link was there before the database', async () => {
    const { dir, db } = createWorkspace();
    const links = ['link.db', 'link-to-link.db'].map((name) => join(dir, name));
    symlinkSync(db, links[0] ?? '');
    symlinkSync('link.db', links[1] ?? '');
    await open(links[1] ?? '');
    expect(readdirSync(dir).sort()).toEqual(['data', 'link-to-link.db', 'link.db', 'store']);
    for (const name of [db, ...links]) {
      expect(await refusal(() => openForRun(optionsFor(name)))).toMatchObject({ code: 'run_in_progress' });
    }
  });

  it('refuses links that lead in a circle', async () => {
    const { dir } = createWorkspace();
    symlinkSync('b.db', join(dir, 'a.db'));
    symlinkSync('a.db', join(dir, 'b.db'));
    expect(await refusal(() => openForRun(optionsFor(join(dir, 'a.db'))))).toMatchObject({
      code: 'database_folder',
      message: expect.stringContaining('ELOOP'),
    });
  });

  it('says that a run which has not recorded itself has only just begun', async () => {
    const { db } = createWorkspace();
    await open(db);
    const { message } = await refusal(() => openForRun(optionsFor(db)));
    expect(message).toBe(`database ${db}: another run is in progress (it has only just begun)`);
  });

  it('waits a moment for the run that holds the lock to record itself', async () => {
    const { db } = createWorkspace();
    const { db: tables } = await open(db);
    const sleep = async () => {
      const run = { run_id: 'r', run_date: '2026-06-01', options_json: '{}', host: 'pod-1', pid: 1, version: '1' };
      await tables
        .insertInto('core_scheduler_runs')
        .values({ ...run, started_at: '2026-06-01 12:00:00.000', status: 'running' })
        .execute();
    };
    const { message } = await refusal(() => openForRun({ ...optionsFor(db), sleep }));
    expect(message).toContain('(host pod-1, pid 1, since 2026-06-01 12:00:00 UTC)');
  });

  it('frees the lock when the database cannot be opened', async () => {
    const { db } = createWorkspace();
    (await openForRun(optionsFor(db))).close();
    const other = new SqliteHandle(db);
    other.exec('BEGIN EXCLUSIVE');
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await refusal(() => openForRun(optionsFor(db)))).toMatchObject({ code: 'database_busy' });
    }
    other.close();
    await open(db);
  });

  it('waits for other users in short naps, so that a signal is seen', async () => {
    const { db } = createWorkspace();
    (await openForRun(optionsFor(db))).close();
    const other = new SqliteHandle(db);
    onTestFinished(() => {
      other.close();
    });
    other.exec('BEGIN EXCLUSIVE');
    const sleep = async () => {
      throw new FatalError({ code: 'interrupted', message: 'a signal came', hint: '' });
    };
    const stopped = await refusal(() => openForRun({ ...optionsFor(db), busyTimeoutMs: 3_600_000, sleep }));
    expect(stopped.code).toBe('interrupted');
  });

  it('waits for another program that is about to write and ends just within the busy timeout', async () => {
    const { db } = createWorkspace();
    const other = await heldBy(db, 'BEGIN IMMEDIATE');
    const patience = untilPassed(5000, (passed) => {
      if (passed === 5000) other.close();
    });
    (await openForRun({ ...optionsFor(db), ...patience })).close();
    expect(patience.stopwatch()).toBe(5000);
  });

  it('gives up on one that is still there when the busy timeout is over, not before', async () => {
    const { db } = createWorkspace();
    await heldBy(db, 'BEGIN IMMEDIATE');
    const patience = untilPassed(5000, () => {});
    expect((await refusal(() => openForRun({ ...optionsFor(db), ...patience }))).code).toBe('database_busy');
    expect(patience.stopwatch()).toBe(5000);
  });
});

// A database at rest on which another program holds a lock.
async function heldBy(db: string, lock: string): Promise<SqliteHandle.Database> {
  (await openForRun(optionsFor(db))).close();
  const other = new SqliteHandle(db);
  onTestFinished(() => {
    other.close();
  });
  other.exec(lock);
  return other;
}

// A patience on whose stopwatch only the naps count: SQLite refuses a switch to WAL mode at once.
function untilPassed(busyTimeoutMs: number, nap: (passed: number) => void) {
  let passed = 0;
  return {
    busyTimeoutMs,
    stopwatch: () => passed,
    sleep: async (milliseconds: number) => {
      passed += milliseconds;
      nap(passed);
    },
  };
}

describe('openToRead', () => {
  it('finds nothing where there is no database, or an empty file', () => {
    const { dir } = createWorkspace();
    expect(openToRead(optionsFor(join(dir, 'none.db')))).toBeNull();
    writeFileSync(join(dir, 'empty.db'), '');
    expect(openToRead(optionsFor(join(dir, 'empty.db')))).toBeNull();
  });

  it.each([
    ['at rest', ''],
    ['in WAL mode with no log beside it', 'PRAGMA journal_mode = WAL'],
  ])('reads a database %s and leaves no trace', async (_, change) => {
    const { db } = createWorkspace();
    (await openForRun(optionsFor(db))).close();
    if (change !== '') execute(db, change);
    const before = folderBytes(dirname(db));
    const store = openToRead(optionsFor(db));
    expect(await store?.db.selectFrom('core_manifest').selectAll().execute()).toEqual([]);
    store?.close();
    expect(folderBytes(dirname(db))).toEqual(before);
    expect(readdirSync(dirname(db)).filter((name) => name.endsWith('-shm'))).toEqual([]);
  });

  it('cannot write', async () => {
    const { db } = createWorkspace();
    (await openForRun(optionsFor(db))).close();
    const store = openToRead(optionsFor(db));
    onTestFinished(() => store?.close());
    await expect(store?.db.deleteFrom('core_manifest').execute()).rejects.toThrow(/readonly/);
  });

  it('refuses a database that a later run must bring up to date first', async () => {
    const { db } = createWorkspace();
    (await openForRun(optionsFor(db))).close();
    execute(db, 'DELETE FROM kysely_migration WHERE name = (SELECT max(name) FROM kysely_migration)');
    expect(await refusal(() => openToRead(optionsFor(db)))).toMatchObject({ code: 'database_older' });
  });
});

it('a migration that fails leaves nothing of the schema behind', async () => {
  const { db } = createWorkspace();
  mkdirSync(dirname(db));
  writeFileSync(db, '');
  // A name that a migration needs is taken, in a database that looks like one of this program at its very start.
  execute(
    db,
    'CREATE TABLE kysely_migration (name varchar(255) NOT NULL PRIMARY KEY, timestamp varchar(255) NOT NULL)',
  );
  execute(db, 'CREATE TABLE core_anomalies (other TEXT)');
  expect(await refusal(() => openForRun(optionsFor(db)))).toMatchObject({ code: 'database_error' });
  expect(value(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'core%'")).toBe(1n);
  expect(value(db, 'SELECT count(*) FROM kysely_migration')).toBe(0n);
});
