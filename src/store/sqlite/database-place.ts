import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FatalError } from '../../domain/errors.ts';
import { networkFileSystem } from './network-file-system.ts';

/** The real path of a database, whose folder is made when missing. Throws FatalError `database_folder`. */
export function makeRealPath(path: string): string {
  try {
    makeFolder(dirname(path));
    if (existsSync(path)) return realpathSync(path);
    const target = linkTarget(path);
    return target === null ? join(realpathSync(dirname(path)), basename(path)) : makeRealPath(target);
  } catch (error) {
    if (error instanceof FatalError) throw error;
    throw new FatalError(
      {
        code: 'database_folder',
        message: `database ${path}: its folder cannot be made (${(error as Error).message})`,
        hint: 'give a --db in a folder that this user can write',
      },
      { cause: error },
    );
  }
}

// Where a link leads whose target is not made yet: under both names the first run has to find one lock.
function linkTarget(path: string): string | null {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  // Links that lead in a circle throw here.
  statSync(path, { throwIfNoEntry: false });
  return resolve(realpathSync(dirname(path)), readlinkSync(path));
}

// Step by step: where a file system answers with ENOENT to a folder it will not have, such as /proc, Node's recursive
// mkdir tries for ever.
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another first run may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Throws FatalError for a folder: SQLite itself says of one that reading failed, as if the disk were at fault. */
export function refuseFolder(path: string): void {
  if (!isFolder(path)) return;
  throw new FatalError({
    code: 'database_is_a_folder',
    message: `database ${path}: it is a folder`,
    hint: `give the path of a file, such as ${join(path, 'market_spine.db')}`,
  });
}

/** Throws FatalError for a database on a network file system, where the run lock may not hold. */
export function refuseNetworkFileSystem(path: string): void {
  const name = networkFileSystem(dirname(path));
  if (name === null) return;
  throw new FatalError({
    code: 'network_file_system',
    message: `database ${path}: lies on a network file system (${name}), whose locks do not protect it`,
    hint: 'use local or block storage, or --allow-network-fs if only this host ever opens it',
  });
}
