import type { Database as SqliteHandle } from 'better-sqlite3';
import { Migrator } from 'kysely';
import { FatalError } from '../../domain/errors.ts';
import type { Db } from '../schema.ts';
import { MIGRATIONS } from './migrations.ts';
import { tableNames } from './table-names.ts';

/**
 * Brings the schema up to date; every migration of one start is one transaction. The caller holds the run lock, since
 * Kysely's own lock does nothing on SQLite. Throws FatalError for a foreign database, or one newer than the program.
 */
export async function migrateToLatest(db: Db, handle: SqliteHandle, path: string): Promise<void> {
  if (schemaState(handle, path) === 'current') return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  // Lets a migration write to SQLite's own table of definitions.
  handle.unsafeMode(true);
  try {
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  } finally {
    handle.unsafeMode(false);
  }
}

/**
 * Where the schema stands, read without writing: `empty`, `older` or `current`. Throws FatalError for a foreign
 * database, or one newer than the program (DESIGN section 5).
 */
export function schemaState(handle: SqliteHandle, path: string): 'empty' | 'older' | 'current' {
  const tables = tableNames(handle);
  if (tables.length === 0) return 'empty';
  if (!tables.includes('kysely_migration')) throw foreign(path, tables);
  const applied = handle.prepare('SELECT name FROM kysely_migration ORDER BY name').pluck().all() as string[];
  const known = Object.keys(MIGRATIONS);
  if (applied.length > 0 && applied[0] !== known[0]) throw foreign(path, tables);
  const unknown = applied.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new FatalError({
      code: 'database_newer',
      message: `database ${path}: made by a newer version of this program (it has the migration ${unknown})`,
      hint: 'upgrade the program, or give another --db; this file was left as it is',
    });
  }
  if (applied.length === 0) return 'empty';
  if (!tables.includes('core_captures')) throw foreign(path, tables);
  return applied.length === known.length ? 'current' : 'older';
}

function foreign(path: string, tables: readonly string[]): FatalError {
  return new FatalError({
    code: 'database_foreign',
    message: `database ${path}: belongs to another program (it has the table ${tables.find((name) => name !== 'kysely_migration') ?? tables[0]})`,
    hint: 'give another --db; this file was left as it is',
  });
}
