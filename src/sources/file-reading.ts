import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { changedWhileRead, fileError, LINKED_OUTSIDE, NOT_REGULAR, tooLarge, unreadable } from './file-errors.ts';

/** Which files may be read, and how much of one. */
export interface ReadingLimits {
  /** The folder in which a file must lie once links are resolved. */
  readonly dataDir: string;
  readonly maxFileBytes: number;
}

/** Buffers that no one reads into at present. */
export type SpareBuffers = Buffer[];

const BUFFER_BYTES = 1024 * 1024;

// Opening a FIFO never blocks, and a link put in the place of the file just looked up is not followed.
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * The bytes of the file at `path`, links resolved, in chunks that share one buffer: use each before the next. The buffer
 * comes from `spare`, where there is one, and goes back there: memory new to the process costs as much as reading into
 * it. Throws a `PartitionError`: `file_vanished`, `file_unreadable`, `file_too_large`, `file_read_failed`, and, after
 * the last chunk, `file_changed` when the file was written to meanwhile.
 */
export async function* readFileBytes(
  path: string,
  limits: ReadingLimits,
  spare: SpareBuffers,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const file = openInside(path, limits.dataDir);
    const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
    try {
      yield* bytesOf(file, buffer, path, limits.maxFileBytes);
    } finally {
      spare.push(buffer);
      closeSync(file);
    }
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Where `path` leads, links resolved; null when that is outside of `dataDir`. Throws the file system's errors. */
export function realPathInside(path: string, dataDir: string): string | null {
  const [target, folder] = [realpathSync.native(path), realpathSync.native(dataDir)];
  return target.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? target : null;
}

function openInside(path: string, dataDir: string): number {
  const target = realPathInside(path, dataDir);
  if (target === null) throw unreadable(path, LINKED_OUTSIDE);
  return openSync(target, OPEN_FLAGS);
}

async function* bytesOf(
  file: number,
  buffer: Buffer,
  path: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const before = fstatSync(file, { bigint: true });
  if (!before.isFile()) throw unreadable(path, NOT_REGULAR);
  if (before.size > maxBytes) throw tooLarge(path, before.size, maxBytes);
  let total = 0;
  for (;;) {
    // To have another thread read takes longer than to read what the system has at hand, as it mostly has: a file was
    // just written, or was hashed by the survey. A turn of the event loop lets a signal in between.
    const bytesRead = readSync(file, buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    await nextTurn();
    total += bytesRead;
    if (total > maxBytes) throw tooLarge(path, total, maxBytes);
    yield buffer.subarray(0, bytesRead);
  }
  const after = fstatSync(file, { bigint: true });
  if (!isSameVersion(before, after) || after.size !== BigInt(total)) throw changedWhileRead(path);
}

function isSameVersion(before: BigIntStats, after: BigIntStats): boolean {
  return before.ino === after.ino && before.size === after.size && before.mtimeNs === after.mtimeNs;
}
