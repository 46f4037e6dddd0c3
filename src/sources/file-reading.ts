import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { changedWhileRead, fileError, LINKED_OUTSIDE, NOT_REGULAR, tooLarge, unreadable } from './file-errors.ts';

/** Which files may be read, and how much of one. */
export interface ReadingLimits {
  /** The folder in which a file must lie once links are resolved. */
  readonly dataDir: string;
  readonly maxFileBytes: number;
}

const BUFFER_BYTES = 1024 * 1024;

// Opening a FIFO never blocks, and a link put in the place of the file just looked up is not followed.
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * The bytes of the file at `path`, links resolved, in chunks that share one buffer: use each before the next. Throws a
 * `PartitionError`: `file_vanished`, `file_unreadable`, `file_too_large`, `file_read_failed`, and, after the last chunk,
 * `file_changed` when the file was written to meanwhile.
 */
export async function* readFileBytes(path: string, limits: ReadingLimits): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const file = await openInside(path, limits.dataDir);
    try {
      yield* bytesOf(file, path, limits.maxFileBytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Where `path` leads, links resolved; null when that is outside of `dataDir`. Throws the file system's errors. */
export async function realPathInside(path: string, dataDir: string): Promise<string | null> {
  const [target, folder] = await Promise.all([realpath(path), realpath(dataDir)]);
  return target.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? target : null;
}

async function openInside(path: string, dataDir: string): Promise<FileHandle> {
  const target = await realPathInside(path, dataDir);
  if (target === null) throw unreadable(path, LINKED_OUTSIDE);
  return open(target, OPEN_FLAGS);
}

async function* bytesOf(file: FileHandle, path: string, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const before = await file.stat({ bigint: true });
  if (!before.isFile()) throw unreadable(path, NOT_REGULAR);
  if (before.size > maxBytes) throw tooLarge(path, before.size, maxBytes);
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let total = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, BUFFER_BYTES, null);
    if (bytesRead === 0) break;
    total += bytesRead;
    if (total > maxBytes) throw tooLarge(path, total, maxBytes);
    yield buffer.subarray(0, bytesRead);
  }
  const after = await file.stat({ bigint: true });
  if (!isSameVersion(before, after) || after.size !== BigInt(total)) throw changedWhileRead(path);
}

function isSameVersion(before: BigIntStats, after: BigIntStats): boolean {
  return before.ino === after.ino && before.size === after.size && before.mtimeNs === after.mtimeNs;
}
