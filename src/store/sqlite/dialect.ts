import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type QueryCompiler,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteQueryCompiler,
  type TableMetadata,
  type TransactionSettings,
} from 'kysely';
import { tableNames } from './table-names.ts';

/** Carries out `attempt`, again and again while the database is busy, if it is worth waiting for. */
export type Insist = (attempt: () => Promise<unknown>) => Promise<unknown>;

/**
 * SQLite through better-sqlite3, with write transactions that take the write lock at once (`BEGIN IMMEDIATE`), waiting
 * for it as `insist` does, and migrations that run inside one of them (DESIGN section 5).
 */
export function immediateSqliteDialect(handle: SqliteHandle, insist: Insist): Dialect {
  return {
    createAdapter: () => new TransactionalDdlAdapter(),
    createDriver: (): Driver => new ImmediateDriver(handle, insist),
    createIntrospector: (): DatabaseIntrospector => tablesOnly(handle),
    createQueryCompiler: (): QueryCompiler => new SqliteQueryCompiler(),
  };
}

// Migrations ask for no more than which tables there are. Kysely's own answer looks into every view, and fails for one of an
// analyst's that only works where it was made.
function tablesOnly(handle: SqliteHandle): DatabaseIntrospector {
  const getTables = async (): Promise<TableMetadata[]> =>
    tableNames(handle).map((name) => ({ name, isView: false, isForeign: false, columns: [] }));
  return { getSchemas: async () => [], getTables, getMetadata: async () => ({ tables: await getTables() }) };
}

// SQLite rolls schema changes back like any other; Kysely only leaves this off to be able to switch foreign keys.
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #handle: SqliteHandle;
  readonly #insist: Insist;

  constructor(handle: SqliteHandle, insist: Insist) {
    super({ database: cachingStatements(handle) });
    this.#handle = handle;
    this.#insist = insist;
  }

  // A read-only transaction is a snapshot: it asks for no write lock, which a read-only connection could not have.
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings = {}): Promise<void> {
    const begin = settings.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await this.#insist(() => connection.executeQuery(CompiledQuery.raw(begin)));
  }

  // A full disk makes SQLite roll back by itself; a second rollback would hide that error behind its own.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#handle.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }
}

// The same few statements run for every partition; preparing each once keeps that cost out of every stage.
function cachingStatements(handle: SqliteHandle): SqliteDatabase {
  const statements = new Map<string, Statement>();
  return {
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known as ReturnType<SqliteDatabase['prepare']>;
      const statement = handle.prepare(sql);
      statements.set(sql, statement);
      return statement as ReturnType<SqliteDatabase['prepare']>;
    },
    close() {
      statements.clear();
      handle.close();
    },
  };
}
