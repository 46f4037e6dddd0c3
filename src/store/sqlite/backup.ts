import SqliteHandle from 'better-sqlite3';
import { sql } from 'kysely';
import type { Store } from '../store.ts';
import { fatalFault, isSqliteFault } from './faults.ts';

/**
 * Writes a consistent copy of a live database into `file`, an empty one that is to become `target`, beside whatever
 * runs. The connection must be one that may write, though the database is only read. Throws FatalError that names the
 * target, or the database where that is at fault.
 */
export async function copyInto({ db, path }: Pick<Store, 'db' | 'path'>, file: string, target: string): Promise<void> {
  try {
    await sql`VACUUM INTO ${file}`.execute(db);
  } catch (error) {
    throw isOfContents(error) ? fatalFault(error, path) : fatalFault(error, target, 'backup');
  }
}

function isOfContents(error: unknown): boolean {
  return isSqliteFault(error) && /^SQLITE_(CORRUPT|NOTADB|BUSY|LOCKED)/.test(error.code);
}

/** What `PRAGMA integrity_check` finds wrong with a database file that no one else uses; null when it is sound. */
export function integrityFault(path: string): string | null {
  try {
    const handle = new SqliteHandle(path, { readonly: true, fileMustExist: true });
    try {
      const findings = handle.pragma('integrity_check(1)', { simple: true });
      return findings === 'ok' ? null : String(findings);
    } finally {
      handle.close();
    }
  } catch (error) {
    if (isSqliteFault(error)) return error.message;
    throw error;
  }
}
