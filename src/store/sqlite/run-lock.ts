import SqliteHandle from 'better-sqlite3';
import { FatalError } from '../../domain/errors.ts';
import { isBusy, isNotADatabase } from './faults.ts';

/** The one run a database has at a time; `release` frees it, as does the end of the process. */
export interface RunLock {
  release(): void;
}

/**
 * Takes the run lock of the database at `databasePath` (its real path), or returns null while another process holds
 * it (DESIGN section 6, "Run lock"). The lock is an open exclusive transaction on `<databasePath>.lock`: the operating
 * system frees it the moment its holder dies, whatever the holder's host name or pid. Throws SQLite's error when the
 * lock file cannot be made, and FatalError `lock_file_foreign` when another program's file has its name.
 */
export function takeRunLock(databasePath: string): RunLock | null {
  // Only SQLite opens this file: closing any other handle on it would drop the process's POSIX locks.
  const handle = new SqliteHandle(`${databasePath}.lock`, { timeout: 0 });
  try {
    handle.pragma('journal_mode = MEMORY');
    handle.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    handle.close();
    if (isBusy(error)) return null;
    throw isNotADatabase(error) ? foreignFile(`${databasePath}.lock`) : error;
  }
  return { release: () => handle.close() };
}

function foreignFile(path: string): FatalError {
  return new FatalError({
    code: 'lock_file_foreign',
    message: `run lock ${path}: this file is not a lock of this program`,
    hint: 'move it away, then run again; its lock file is an empty one',
  });
}
