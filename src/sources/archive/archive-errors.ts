import { FatalError, PartitionError } from '../../domain/errors.ts';
import { printable } from '../../domain/printable.ts';
import { isPassing, systemCode } from '../file-errors.ts';

const HINT_RESTORE =
  'restore that file from a copy of the archive, or take the partition again from its source with --force';

/** The archive does not have the bytes of that hash. */
export function bytesMissing(contentHash: string): PartitionError {
  return new PartitionError({
    code: 'archive_bytes_missing',
    message: `the archive does not hold the bytes ${contentHash}`,
    hint: HINT_RESTORE,
  });
}

/** The archive's bytes are not the ones that were put there; `why` says how that shows. */
export function bytesDamaged(contentHash: string, why: string, cause?: unknown): PartitionError {
  return new PartitionError(
    {
      code: 'archive_bytes_damaged',
      message: `the archived bytes ${contentHash} are damaged: ${why}`,
      hint: HINT_RESTORE,
    },
    { cause },
  );
}

/** The archive's entry of a capture cannot be used. */
export function entryDamaged(file: string, cause?: unknown): PartitionError {
  return new PartitionError(
    {
      code: 'archive_entry_damaged',
      message: `${printable(file)} is not what the archive wrote`,
      hint: 'restore it from a copy of the archive, or move it away: the entry before it then counts',
    },
    { cause },
  );
}

/** What a file system error means for the partition whose archived `file` was read. Anything else is thrown on. */
export function readFault(error: unknown, file: string): PartitionError {
  if (error instanceof PartitionError) return error;
  const code = systemCode(error);
  if (code === undefined) throw error;
  return new PartitionError(
    {
      code: 'archive_read_failed',
      message: `${printable(file)} could not be read: ${code}`,
      hint: 'look at the disk that holds the archive, and at the owner and mode of the file',
      transient: isPassing(code),
    },
    { cause: error },
  );
}

/** Bytes that cannot be archived must not become a capture, so this ends the run. Anything else is thrown on. */
export function writeFault(error: unknown, dir: string): FatalError {
  const code = systemCode(error);
  if (code === undefined) throw error;
  return new FatalError(
    {
      code: 'archive_not_writable',
      message: `the archive ${printable(dir)} cannot be written: ${code}`,
      hint: 'make room, let the user of this program write there, or name another folder with --archive-dir',
    },
    { cause: error },
  );
}

/** Why an archive cannot be read at all (exit 2). Anything that is no file system error is thrown on. */
export function archiveDirError(error: unknown, dir: string): FatalError {
  const code = systemCode(error);
  if (code === undefined) throw error;
  const name = printable(dir);
  const hint = 'name the folder that earlier runs were given with --archive-dir';
  if (code === 'ENOENT') {
    return new FatalError({ code: 'archive_dir_missing', message: `the archive ${name} does not exist`, hint });
  }
  if (code === 'ENOTDIR') {
    return new FatalError({
      code: 'archive_dir_not_a_directory',
      message: `the archive ${name} is not a folder`,
      hint,
    });
  }
  return new FatalError({
    code: 'archive_dir_unreadable',
    message: `the archive ${name} cannot be read: ${code}`,
    hint: 'let the user of this program list and enter it',
  });
}
