import { existsSync, realpathSync } from 'node:fs';
import SqliteHandle from 'better-sqlite3';
import { Kysely } from 'kysely';
import { FatalError } from '../../domain/errors.ts';
import type { Tables } from '../schema.ts';
import type { Store } from '../store.ts';
import { batches } from './batches.ts';
import { loadRawRows } from './bulk-load.ts';
import { makeRealPath, refuseFolder, refuseNetworkFileSystem } from './database-place.ts';
import { type Insist, immediateSqliteDialect } from './dialect.ts';
import { openDictionary } from './dictionary.ts';
import { fatalFault, isBusy, isIntegerOverflow, stageFault } from './faults.ts';
import { lockHolder } from './lock-holder.ts';
import { migrateToLatest, schemaState } from './migrate.ts';
import { openWithoutTrace, refuseForeign, refuseUnread } from './open-without-trace.ts';
import { BLOCKING_WAIT_MS, type Patience, patiently, withReserve } from './patience.ts';
import { readQuantity } from './quantity.ts';
import { takeRunLock } from './run-lock.ts';
import { symbolTotals } from './symbol-totals.ts';

export interface OpenOptions {
  readonly path: string;
  readonly busyTimeoutMs: number;
  readonly allowNetworkFs: boolean;
}

/** How a run opens the database, and waits for its other users. */
export interface RunOpenOptions extends OpenOptions, Patience {
  /** For how long, in all, the run's transactions wait for the write lock beyond the busy timeout; not unless given. */
  readonly maxWaitMs?: number;
}

/**
 * Opens the database for a run: takes the run lock, makes the file and its folder when missing, migrates, and sets the
 * pragmas of DESIGN section 5. Waits for other users up to the busy timeout; the transactions of the store wait longer
 * where `maxWaitMs` says so. Throws FatalError, in which case nothing was changed but for an empty folder or lock file.
 */
export async function openForRun(options: RunOpenOptions): Promise<Store> {
  const path = makeRealPath(options.path);
  if (!options.allowNetworkFs) refuseNetworkFileSystem(path);
  refuseForeign(path);
  const lock = guarded(`${path}.lock`, () => takeRunLock(path), 'run lock');
  if (lock === null) throw await lockedByAnotherRun(path, options.sleep);
  let insist: Insist = (attempt) => patiently(options, attempt);
  try {
    const handle = await patiently(options, () => openWritable(path, options.busyTimeoutMs)).catch((error) => {
      throw fatalFault(error, path);
    });
    try {
      const store = storeOver(
        handle,
        path,
        (attempt) => insist(attempt),
        () => closeAfterRun(handle, () => lock.release()),
      );
      await patiently(options, () => migrateToLatest(store.db, handle, path));
      insist = withReserve(options, options.maxWaitMs ?? 0);
      return store;
    } catch (error) {
      handle.close();
      throw fatalFault(error, path);
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Opens the database to read it, changing no byte of it; null when there is none. Throws FatalError for one that is
 * foreign, damaged, or not of this program's version.
 */
export function openToRead(options: OpenOptions): Store | null {
  return openExisting(options, { readonly: true, olderToo: false });
}

/**
 * Opens the database for small guarded changes beside a run: takes no run lock, never makes or migrates a database, and
 * leaves the journal mode as it is, since switching it would disturb the run. Null when there is none; throws FatalError
 * as `openToRead` does, and on a network file system.
 */
export function openToChange(options: OpenOptions): Store | null {
  if (existsSync(options.path) && !options.allowNetworkFs) refuseNetworkFileSystem(realpathSync(options.path));
  return openExisting(options, { readonly: false, olderToo: false });
}

/** Opens the database, one of an older schema too, to copy it as a whole; as `openToChange` does otherwise. */
export function openToCopy(options: OpenOptions): Store | null {
  // A connection that may not write may not VACUUM INTO another file either; the database itself is only read.
  return openExisting(options, { readonly: false, olderToo: true });
}

interface Purpose {
  readonly readonly: boolean;
  /** Whether a schema of an older version will do. */
  readonly olderToo: boolean;
}

function openExisting(options: OpenOptions, { readonly, olderToo }: Purpose): Store | null {
  if (!existsSync(options.path)) return null;
  const path = realpathSync(options.path);
  refuseFolder(path);
  if (!readonly) refuseUnread(path);
  return guarded(path, () => {
    const handle = readonly
      ? openWithoutTrace(path, options.busyTimeoutMs)
      : new SqliteHandle(path, { fileMustExist: true, timeout: options.busyTimeoutMs });
    try {
      const state = schemaState(handle, path);
      if (state === 'older' && !olderToo) throw olderSchema(path);
      if (state === 'empty') {
        handle.close();
        return null;
      }
      if (!readonly) setDurable(handle);
      return storeOver(handle, path, justOnce, () => handle.close());
    } catch (error) {
      handle.close();
      throw error;
    }
  });
}

function openWritable(path: string, busyTimeoutMs: number): SqliteHandle.Database {
  const handle = new SqliteHandle(path, { timeout: Math.min(busyTimeoutMs, BLOCKING_WAIT_MS) });
  try {
    schemaState(handle, path);
    handle.pragma('journal_mode = WAL');
    setDurable(handle);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

function setDurable(handle: SqliteHandle.Database): void {
  handle.pragma('synchronous = FULL');
  handle.pragma('foreign_keys = ON');
}

// Sizes up, by a sample, the tables that are new or grew tenfold: without it SQLite reads every week to find one symbol.
const LOOK_AT_ALL_TABLES = 0x10012;

// Rollback journal mode at rest lets read-only copies and dry runs do without side files; while someone else reads,
// the database stays in WAL mode and the next run tries again.
function closeAfterRun(handle: SqliteHandle.Database, release: () => void): void {
  try {
    handle.pragma('busy_timeout = 0');
    handle.pragma(`optimize = ${LOOK_AT_ALL_TABLES}`);
    handle.pragma('journal_mode = DELETE');
  } catch (error) {
    if (!isBusy(error)) throw error;
    handle.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    handle.close();
    release();
  }
}

const justOnce: Insist = (attempt) => attempt();

export function storeOver(handle: SqliteHandle.Database, path: string, insist: Insist, close: () => void): Store {
  const db = new Kysely<Tables>({ dialect: immediateSqliteDialect(handle, insist) });
  let dictionary: ReturnType<typeof openDictionary> | null = null;
  return {
    db,
    path,
    async undurableTransaction(action) {
      handle.pragma('synchronous = NORMAL');
      try {
        return await db.transaction().execute(action);
      } finally {
        handle.pragma('synchronous = FULL');
      }
    },
    loadRawRows(captureKey, parsed, check, pause) {
      dictionary ??= openDictionary(handle);
      return loadRawRows(handle, dictionary, captureKey, parsed, check, pause);
    },
    readQuantity,
    symbolTotals,
    batches: (query) => batches(handle, query),
    forgetRolledBack: () => dictionary?.clear(),
    stageFault: (error) => stageFault(error, path),
    fatalFault: (error) => fatalFault(error, path),
    isIntegerOverflow,
    close,
  };
}

function olderSchema(path: string): FatalError {
  return new FatalError({
    code: 'database_older',
    message: `database ${path}: made by an older version of this program`,
    hint: 'the next run brings it up to date; back it up before that',
  });
}

async function lockedByAnotherRun(path: string, sleep: Patience['sleep']): Promise<FatalError> {
  return new FatalError({
    code: 'run_in_progress',
    message: `database ${path}: another run is in progress (${await lockHolder(path, sleep)})`,
    hint: 'wait for it to end; its lock is free the moment it ends or dies',
  });
}

function guarded<T>(path: string, action: () => T, what?: string): T {
  try {
    return action();
  } catch (error) {
    throw fatalFault(error, path, what);
  }
}
