import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FatalError } from '../domain/errors.ts';
import { clearLeftovers, filesOf, partialOf } from './backup-leftovers.ts';

/** What makes a copy, and where it is to be. */
export interface BackupOrder {
  /** Absolute; a file that is not there yet, in a folder that is. */
  readonly target: string;
  /** Sets the file in the making apart from other backups': a UUID. */
  readonly token: string;
  readonly now: Date;
  /** Writes a consistent copy of the live database into an empty file. */
  readonly copyInto: (file: string) => Promise<void>;
  /** What is wrong with the database in a file; null when it is sound. */
  readonly integrityFault: (file: string) => string | null;
  /** Lets signals in between the steps, and throws once one came. */
  readonly pause: () => Promise<void>;
}

/** A backup that is on the disk, whole and checked. */
export interface Backup {
  readonly target: string;
  readonly sizeBytes: number;
}

/** Owner and group only, like the database. */
const FILE_MODE = 0o640;

/**
 * Copies a live database to a new file, which appears under its name only once it is whole, checked and on the disk.
 * Throws FatalError; nothing is left behind then, and an existing file is never touched. What killed backups to the same
 * name left is cleared away.
 */
export async function backupDatabase(order: BackupOrder): Promise<Backup> {
  const { target, token, now, copyInto, integrityFault, pause } = order;
  if (existsSync(target)) throw exists(target);
  clearLeftovers(target, now);
  const partial = partialOf(target, token);
  writing(target, () => createEmpty(partial));
  try {
    await copyInto(partial);
    await pause();
    const fault = integrityFault(partial);
    if (fault !== null) throw damaged(target, fault);
    await pause();
    return writing(target, () => publish(partial, target));
  } catch (error) {
    for (const file of filesOf(partial)) rmSync(file, { force: true });
    throw error;
  }
}

function createEmpty(path: string): void {
  closeSync(openSync(path, 'wx', FILE_MODE));
  chmodSync(path, FILE_MODE);
}

function publish(partial: string, target: string): Backup {
  syncToDisk(partial, 'r+');
  const sizeBytes = statSync(partial).size;
  // The name is claimed at the last moment and by its creation, so that no file can be overwritten.
  createEmpty(target);
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  }
  syncFolder(dirname(target));
  return { target, sizeBytes };
}

function syncToDisk(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

// Where a folder cannot be opened, as on Windows, the new name is the file system's to keep.
function syncFolder(path: string): void {
  try {
    syncToDisk(path, 'r');
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function writing<T>(target: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'EEXIST') throw exists(target);
    const why = code === 'ENOENT' ? 'its folder does not exist' : code;
    throw new FatalError(
      {
        code: 'backup_not_writable',
        message: `backup ${target}: cannot be written (${why})`,
        hint: 'give a file in a folder that exists and that this user can write',
      },
      { cause: error },
    );
  }
}

function exists(target: string): FatalError {
  return new FatalError({
    code: 'backup_exists',
    message: `backup ${target}: is there already, and is never overwritten`,
    hint: 'give a new name, such as one with the date',
  });
}

function damaged(target: string, finding: string): FatalError {
  return new FatalError({
    code: 'backup_damaged',
    message: `backup ${target}: the copy failed its integrity check (${finding})`,
    hint: 'check the disk, and the database with PRAGMA integrity_check; no file was left',
  });
}
