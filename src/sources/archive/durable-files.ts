import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../file-errors.ts';

const FOLDER_MODE = 0o750;
const FILE_MODE = 0o640;

/** Opens a new file to write it; it must not be there yet. */
export function createFile(path: string) {
  return open(path, 'wx', FILE_MODE);
}

/**
 * Makes `dir` and what is missing above it; durable when it returns. Step by step, for Node's recursive mkdir tries for
 * ever where a file system answers with ENOENT to a folder it will not have, such as /proc.
 */
export async function makeFolder(dir: string): Promise<void> {
  if (await isFolder(dir)) return;
  try {
    await mkdir(dir, { mode: FOLDER_MODE });
  } catch (error) {
    if (await isFolder(dir)) return;
    if (systemCode(error) !== 'ENOENT' || dirname(dir) === dir) throw error;
    await makeFolder(dirname(dir));
    await mkdir(dir, { mode: FOLDER_MODE });
  }
  await syncFolder(dirname(dir));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** Gives the finished, synced file `from` the name `to`, in place of what had it; durable when it returns. */
export async function moveInto(from: string, to: string): Promise<void> {
  await makeFolder(dirname(to));
  await rename(from, to);
  await syncFolder(dirname(to));
}

// Where folders cannot be opened or synced (Windows, some network shares), the file system sees to its names itself.
const NO_FOLDER_SYNC = new Set(['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP']);

/** Makes the names in `dir` durable. */
export async function syncFolder(dir: string): Promise<void> {
  try {
    const folder = await open(dir, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(systemCode(error) ?? '')) throw error;
  }
}
