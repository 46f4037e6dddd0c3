import type { Database as SqliteHandle } from 'better-sqlite3';

/** The names of a database's tables, SQLite's own included. */
export function tableNames(handle: SqliteHandle): string[] {
  return handle.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
}
