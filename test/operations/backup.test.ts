import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BackupOrder, backupDatabase } from '../../src/operations/backup.ts';
import { copyInto, integrityFault } from '../../src/store/sqlite/backup.ts';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { isIntact } from '../harness/database.ts';
import { createScenario } from '../harness/scenario.ts';
import { createWorkspace } from '../harness/workspace.ts';
import { openFreshStore } from './fresh-store.ts';

const TOKEN = '8d2c1f0a-5a7e-4a39-9d0e-0c6f5b1d7f11';
const NOW = new Date('2026-06-02T12:00:00Z');

/** An order that copies a fresh database into the same folder. */
async function orderOf(differs: Partial<BackupOrder> = {}): Promise<BackupOrder> {
  const store = await openFreshStore();
  const target = join(dirname(store.path), 'copy.db');
  return {
    target,
    token: TOKEN,
    now: NOW,
    copyInto: (file) => copyInto(store, file, target),
    integrityFault,
    pause: async () => {},
    ...differs,
  };
}

function partials({ target }: BackupOrder): string[] {
  return readdirSync(dirname(target)).filter((name) => name.includes('partial'));
}

describe('backupDatabase', () => {
  it('makes a whole copy that the owner and the group can read, and says how large it is', async () => {
    const order = await orderOf();
    const { target, sizeBytes } = await backupDatabase(order);
    expect(statSync(target)).toMatchObject({ size: sizeBytes });
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(isIntact(target)).toBe(true);
    expect(partials(order)).toEqual([]);
  });

  it('makes a copy that needs no files beside it, though the live one is in WAL mode', async () => {
    const order = await orderOf();
    await backupDatabase(order);
    const [written, read] = readFileSync(order.target).subarray(18, 20);
    expect([written, read]).toEqual([1, 1]);
  });

  it('refuses an existing file and leaves it as it is', async () => {
    const order = await orderOf();
    writeFileSync(order.target, 'mine');
    await expect(backupDatabase(order)).rejects.toMatchObject({ code: 'backup_exists' });
    expect(readFileSync(order.target, 'utf8')).toBe('mine');
    expect(partials(order)).toEqual([]);
  });

  it('refuses a file that somebody else makes meanwhile', async () => {
    const order = await orderOf();
    const pause = async () => writeFileSync(order.target, 'theirs');
    await expect(backupDatabase({ ...order, pause })).rejects.toMatchObject({ code: 'backup_exists' });
    expect(readFileSync(order.target, 'utf8')).toBe('theirs');
    expect(partials(order)).toEqual([]);
  });

  it('clears away what killed backups to the same name left more than a day ago, and nothing else', async () => {
    const order = await orderOf();
    const files = {
      [`.copy.db.${TOKEN.replace('8', '1')}.partial`]: '2026-06-01T11:59:59Z',
      [`.copy.db.${TOKEN.replace('8', '1')}.partial-journal`]: '2026-05-01T12:00:00Z',
      [`.copy.db.${TOKEN.replace('8', '2')}.partial`]: '2026-06-01T12:00:01Z',
      [`.other.db.${TOKEN}.partial`]: '2026-05-01T12:00:00Z',
      '.copy.db.mine.partial': '2026-05-01T12:00:00Z',
      [`copy.db.${TOKEN}.partial`]: '2026-05-01T12:00:00Z',
    };
    for (const [name, written] of Object.entries(files)) {
      const file = join(dirname(order.target), name);
      writeFileSync(file, '');
      utimesSync(file, new Date(written), new Date(written));
    }
    await backupDatabase(order);
    expect(partials(order).sort()).toEqual(Object.keys(files).slice(2).sort());
  });

  it('refuses a folder that is not there', async () => {
    const target = join(createWorkspace().dir, 'nowhere', 'copy.db');
    await expect(backupDatabase(await orderOf({ target }))).rejects.toMatchObject({
      code: 'backup_not_writable',
      message: `backup ${target}: cannot be written (its folder does not exist)`,
    });
  });

  it.each<[string, Partial<BackupOrder>, object]>([
    ['the copy is damaged', { integrityFault: () => 'row 7 missing' }, { code: 'backup_damaged' }],
    ['it is interrupted', { pause: () => Promise.reject(new Error('SIGTERM')) }, { message: 'SIGTERM' }],
    ['the copy fails', { copyInto: () => Promise.reject(new Error('disk full')) }, { message: 'disk full' }],
  ])('leaves nothing behind when %s', async (_, differs, error) => {
    const order = await orderOf(differs);
    await expect(backupDatabase(order)).rejects.toMatchObject(error);
    expect(existsSync(order.target)).toBe(false);
    expect(partials(order)).toEqual([]);
  });
});

describe('copyInto', () => {
  it('names the file that was wanted, not the one in the making', async () => {
    const store = await openFreshStore();
    const folder = join(dirname(store.path), 'folder');
    mkdirSync(folder);
    await expect(copyInto(store, folder, '/backups/wanted.db')).rejects.toMatchObject({
      code: 'database_cannot_open',
      message: 'backup /backups/wanted.db: it cannot be opened',
    });
  });
});

describe('integrityFault', () => {
  it('finds nothing in a sound database', async () => {
    const { target } = await backupDatabase(await orderOf());
    expect(integrityFault(target)).toBeNull();
  });

  it('finds what is no database, and what was torn', async () => {
    const order = await orderOf();
    const { target } = await backupDatabase(order);
    const bytes = readFileSync(target);
    bytes.fill(0xff, 4096, 8192);
    writeFileSync(target, bytes);
    expect(integrityFault(target)).toMatch(/./);
    writeFileSync(target, 'no database at all, but long enough to be read as a header of one hundred bytes'.repeat(9));
    expect(integrityFault(target)).toBe('file is not a database');
  });
});

it.skipIf(process.platform === 'win32')(
  'a backup without room says which file was wanted, and leaves nothing',
  async () => {
    const { db, dir, ...scenario } = createScenario(CLEAN_DIR);
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-02');
    const target = join(dir, 'small.db');
    const { code, stderr } = await run(['backup', target, '--db', db], {
      through: ['sh', '-c', 'ulimit -f 100; exec "$@"', 'sh'],
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error: backup ${target}: .*\\ntry: .*\\n$`));
    expect(readdirSync(dir).sort()).toEqual(['data', 'store']);
  },
);
