import { FatalError, PartitionError, REPORT_IT } from '../../domain/errors.ts';

interface SqliteFault extends Error {
  readonly code: string;
}

/** Whether `error` is one that SQLite raised, of any kind. */
export function isSqliteFault(error: unknown): error is SqliteFault {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')
  );
}

/** Whether another connection held what SQLite needed for longer than the busy timeout. */
export function isBusy(error: unknown): boolean {
  return isSqliteFault(error) && (error.code.startsWith('SQLITE_BUSY') || error.code.startsWith('SQLITE_LOCKED'));
}

/** Whether a file is no SQLite database at all. */
export function isNotADatabase(error: unknown): boolean {
  return isSqliteFault(error) && error.code === 'SQLITE_NOTADB';
}

/** Whether a sum of whole numbers passed 2^63-1, which SQLite's `sum()` refuses to round. */
export function isIntegerOverflow(error: unknown): boolean {
  return isSqliteFault(error) && error.message.includes('integer overflow');
}

/**
 * What a failing stage tells the run: a busy database is worth another attempt (a transient `PartitionError`), any
 * other fault of the database ends the run (`FatalError`); an error that is not the database's comes back unchanged.
 */
export function stageFault(error: unknown, path: string): unknown {
  if (!isSqliteFault(error)) return error;
  if (isBusy(error)) {
    return new PartitionError(
      {
        code: 'database_busy',
        message: `${path}: another program held the database for longer than the busy timeout`,
        hint: 'close what writes to it, or raise --busy-timeout',
        transient: true,
      },
      { cause: error },
    );
  }
  return fatalFault(error, path);
}

const DISK_FULL = [
  'disk_full',
  'the disk or the file-size limit is used up',
  'free space on its file system, or raise the limit, then run again',
] as const;

const FAULTS: ReadonlyArray<readonly [prefix: string, code: string, what: string, hint: string]> = [
  ['SQLITE_FULL', ...DISK_FULL],
  // The shared memory of the write-ahead log could not grow: nothing but space is missing.
  ['SQLITE_IOERR_SHMSIZE', ...DISK_FULL],
  [
    'SQLITE_IOERR',
    'database_io',
    'reading or writing failed',
    'check the disk, the mount and the file-size limit, then run again',
  ],
  // What a kill leaves in the few milliseconds of a change of journal mode; only a connection that may write mends it.
  [
    'SQLITE_READONLY_ROLLBACK',
    'database_unfinished',
    'a killed program left a change in it half done',
    'start a run, which takes the change back and goes on from there',
  ],
  [
    'SQLITE_READONLY',
    'database_read_only',
    'it cannot be written',
    'check the owner and mode of the file and of its folder, and the mount',
  ],
  [
    'SQLITE_CANTOPEN',
    'database_cannot_open',
    'it cannot be opened',
    'check the path, and the owner and mode of the file and of its folder',
  ],
  [
    'SQLITE_NOTADB',
    'database_not_sqlite',
    'it is not a SQLite database',
    'give another --db; this file was left as it is',
  ],
  ['SQLITE_CORRUPT', 'database_corrupt', 'it is damaged', 'restore a backup; keep this file for analysis'],
  ['SQLITE_PERM', 'database_permission', 'access was denied', 'check the owner and mode of the file and of its folder'],
  ['SQLITE_AUTH', 'database_permission', 'access was denied', 'check the owner and mode of the file and of its folder'],
  [
    'SQLITE_BUSY',
    'database_busy',
    'another program holds it for longer than the busy timeout',
    'close what uses it, or raise --busy-timeout',
  ],
  [
    'SQLITE_LOCKED',
    'database_busy',
    'another program holds it for longer than the busy timeout',
    'close what uses it, or raise --busy-timeout',
  ],
];

/**
 * A fault of the database (or of what `what` calls the file), or of SQLite's own binary, as the run's end (DESIGN
 * section 2, exit 2); any other error: returned unchanged.
 */
export function fatalFault(error: unknown, path: string, what = 'database'): unknown {
  if (isBinaryFault(error)) return binaryFault(error);
  if (!isSqliteFault(error)) return error;
  const known = FAULTS.find(([prefix]) => error.code.startsWith(prefix));
  const [, code, problem, hint] = known ?? ['', 'database_error', error.message, REPORT_IT];
  return new FatalError({ code, message: `${what} ${path}: ${problem}`, hint }, { cause: error });
}

// In the bundle, and in the readable modules.
const NO_BINARY = /^Cannot find module '[^']*better_sqlite3\.node'|^Could not locate the bindings file/;

// better-sqlite3 loads its binary with the first database; another Node.js than it was built for cannot.
function isBinaryFault(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const unloadable = 'code' in error && error.code === 'ERR_DLOPEN_FAILED';
  return unloadable || NO_BINARY.test(error.message);
}

// Without the places that were looked at, and without advice that is not this program's.
function reasonOf({ message }: Error): string {
  const [reason = ''] = message.split(/\s*(?:Tried:|Require stack:|Please try )/);
  return reason.replace(/\.$/, '').replace(/\s*\n\s*/g, ' ');
}

function binaryFault(error: Error): FatalError {
  return new FatalError(
    {
      code: 'sqlite_binary',
      message: `better_sqlite3.node, which brings SQLite, cannot be loaded: ${reasonOf(error)}`,
      hint: 'install the program again with the Node.js that runs it (in a clone: npm ci)',
    },
    { cause: error },
  );
}
