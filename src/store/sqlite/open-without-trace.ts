import { existsSync } from 'node:fs';
import SqliteHandle from 'better-sqlite3';
import { FatalError } from '../../domain/errors.ts';
import { refuseFolder } from './database-place.ts';
import { fatalFault, isNotADatabase } from './faults.ts';
import { schemaState } from './migrate.ts';

/**
 * Opens a database to read it and changes no byte of it or beside it. A read-only connection to one at rest in WAL mode makes
 * the log and its shared memory, and leaves them there. One that may write takes them away again when it closes; but a log
 * that is there already it would carry over.
 */
export function openWithoutTrace(path: string, busyTimeoutMs: number): SqliteHandle.Database {
  const atRest = isAtRest(path);
  const handle = new SqliteHandle(path, { readonly: !atRest, fileMustExist: true, timeout: busyTimeoutMs });
  if (atRest) handle.pragma('query_only = ON');
  return handle;
}

/**
 * Throws FatalError for a database that is foreign or newer, before its lock file is made, so that a mistyped path is left
 * without one beside it. Where one is, a database at rest is looked at when it is opened.
 */
export function refuseForeign(path: string): void {
  if (!existsSync(path)) return;
  refuseFolder(path);
  if (existsSync(`${path}.lock`)) refuseUnread(path);
  else look(path);
}

/**
 * Throws the same for a database with a log beside it: a connection that may write takes that over when it closes, also
 * where it refuses the database.
 */
export function refuseUnread(path: string): void {
  if (!isAtRest(path)) look(path);
}

function look(path: string): void {
  try {
    const handle = openWithoutTrace(path, 0);
    try {
      schemaState(handle, path);
    } finally {
      handle.close();
    }
  } catch (error) {
    if (error instanceof FatalError || isNotADatabase(error)) throw fatalFault(error, path);
  }
}

function isAtRest(path: string): boolean {
  return !existsSync(`${path}-wal`) && !existsSync(`${path}-journal`);
}
