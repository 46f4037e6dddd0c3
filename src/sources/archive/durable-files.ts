import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../file-errors.ts';

const FOLDER_MODE = 0o750;
const FILE_MODE = 0o640;

/** Opens a new file to write it; it must not be there yet. */
export function createFile(path: string) {
  return open(path, 'wx', FILE_MODE);
}

/** Makes `dir` and what is missing above it; durable when it returns. */
export async function makeFolder(dir: string): Promise<void> {
  const first = await mkdir(dir, { recursive: true, mode: FOLDER_MODE });
  if (first === undefined) return;
  for (let made = dir; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
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
