import SqliteHandle from 'better-sqlite3';
import type { Store } from '../store.ts';
import { migrateToLatest } from './migrate.ts';
import { storeOver } from './open-store.ts';

/**
 * An empty database of its own: in memory as long as it is small, in a temporary file of SQLite's where it grows, and
 * gone when it is closed or the process ends.
 */
export async function openScratch(): Promise<Store> {
  const handle = new SqliteHandle('');
  handle.pragma('journal_mode = MEMORY');
  handle.pragma('synchronous = OFF');
  const path = 'a temporary database';
  const store = storeOver(
    handle,
    path,
    (attempt) => attempt(),
    () => handle.close(),
  );
  await migrateToLatest(store.db, handle, path);
  return store;
}
