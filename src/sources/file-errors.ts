import { basename } from 'node:path';
import { FatalError, PartitionError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';

/** Why a directory entry is never opened. */
export const NOT_REGULAR = 'it is not a regular file';
export const LINKED_OUTSIDE = 'it leads outside of the data folder';
export const LINKED_NOWHERE = 'it is a link that leads nowhere';

// The disk, the network share or the process's limits, not the file.
const PASSING = new Set(['EIO', 'ESTALE', 'EBUSY', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETIMEDOUT']);

/** The code of a file system error (`ENOENT`, ...); undefined for anything else, such as a bug. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'errno' in error && 'code' in error ? String(error.code) : undefined;
}

/** Whether another attempt may not meet the file system error `code`. */
export function isPassing(code: string): boolean {
  return PASSING.has(code);
}

// A file's name as messages show it.
function shownName(path: string): string {
  return printable(basename(path));
}

/**
 * What a file system error on `path` means for its partition: a vanished file and failing hardware are worth another
 * attempt, a file that may not be read is not. Anything that is no file system error is thrown on.
 */
export function fileError(error: unknown, path: string): PartitionError {
  if (error instanceof PartitionError) return error;
  const code = systemCode(error);
  const name = shownName(path);
  if (code === undefined) throw error;
  if (code === 'ENOENT') {
    return new PartitionError(
      {
        code: 'file_vanished',
        message: `${name} was in the data folder and is gone`,
        hint: 'put it back, or run again when the folder is no longer being changed',
        transient: true,
      },
      { cause: error },
    );
  }
  if (isPassing(code)) {
    return new PartitionError(
      {
        code: 'file_read_failed',
        message: `${name} could not be read: ${code}`,
        hint: 'look at the disk or the network share that holds the data folder, then run again',
        transient: true,
      },
      { cause: error },
    );
  }
  return unreadable(path, `it cannot be read: ${code}`, error);
}

/** A file that no further attempt will read, and why; `cause` is the file system's own error, where there is one. */
export function unreadable(path: string, why: string, cause?: unknown): PartitionError {
  return new PartitionError(
    {
      code: 'file_unreadable',
      message: `${shownName(path)}: ${why}`,
      hint: 'make it a regular file in the data folder that the user of this program may read',
    },
    { cause },
  );
}

/** A file over the size limit; sizes in bytes. */
export function tooLarge(path: string, size: number | bigint, limit: number): PartitionError {
  return new PartitionError({
    code: 'file_too_large',
    message: `${shownName(path)} holds ${size} bytes, more than the limit of ${limit}`,
    hint: 'check that it is a FINRA file; --max-file-size raises the limit',
  });
}

/** A file that was written to while it was read. */
export function changedWhileRead(path: string): PartitionError {
  return new PartitionError({
    code: 'file_changed',
    message: `${shownName(path)} changed while it was read`,
    hint: 'write files beside the data folder and move them in when they are complete, then run again',
    transient: true,
  });
}

/** Why a data folder cannot be used at all (exit 2). Anything that is no file system error is thrown on. */
export function dataDirError(error: unknown, dataDir: string): FatalError {
  const code = systemCode(error);
  const name = printable(dataDir);
  if (code === undefined) throw error;
  const hint = 'name the folder that holds the FINRA files with --data-dir';
  if (code === 'ENOENT')
    return new FatalError({ code: 'data_dir_missing', message: `the data folder ${name} does not exist`, hint });
  if (code === 'ENOTDIR')
    return new FatalError({ code: 'data_dir_not_a_directory', message: `${name} is not a folder`, hint });
  return new FatalError({
    code: 'data_dir_unreadable',
    message: `the data folder ${name} cannot be read: ${code}`,
    hint: 'let the user of this program list and enter it',
  });
}
