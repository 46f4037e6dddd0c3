import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BackupOrder, backupDatabase } from '../../src/operations/backup.ts';
import { copyInto, integrityFault } from '../../src/store/sqlite/backup.ts';
import { isIntact } from '../harness/database.ts';
import { createWorkspace } from '../harness/workspace.ts';
import { openFreshStore } from './fresh-store.ts';

/** An order that copies a fresh database into the same folder. */
async function orderOf(differs: Partial<BackupOrder> = {}): Promise<BackupOrder> {
  const store = await openFreshStore();
  return {
    target: join(dirname(store.path), 'copy.db'),
    token: 'token',
    copyInto: (file) => copyInto(store, file),
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
  it('names the file that could not be written', async () => {
    const store = await openFreshStore();
    const target = join(dirname(store.path), 'folder');
    mkdirSync(target);
    await expect(copyInto(store, target)).rejects.toMatchObject({
      code: 'database_cannot_open',
      message: expect.stringContaining(target),
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
