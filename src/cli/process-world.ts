import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FatalError } from '../domain/errors.ts';
import type { MainDeps } from './main.ts';
import { openOutput } from './output.ts';
import { watchOutput } from './output-fault.ts';

/** Where a process writes: file descriptors. */
export interface Descriptors {
  readonly stdout: number;
  readonly stderr: number;
}

/** The world of one process, and when all it has written is out. */
export interface ProcessWorld {
  readonly deps: MainDeps;
  readonly settled: () => Promise<unknown>;
}

/** The real world of one process: its outputs, environment, clock, and the signals its shim has caught. */
export function processWorld(
  process: NodeJS.Process,
  version: string,
  descriptors: Descriptors,
  { interrupted, inSources }: Pick<MainDeps, 'interrupted' | 'inSources'>,
): ProcessWorld {
  // Databases and their folders are for the owner and the group only (DESIGN section 5).
  process.umask(0o027);
  const { onFault, fault } = watchOutput();
  const stdout = openOutput({ descriptor: descriptors.stdout, stream: () => process.stdout, onFault });
  // What cannot be told on stderr can be told nowhere.
  const stderr = openOutput({ descriptor: descriptors.stderr, stream: () => process.stderr, onFault: () => {} });
  const deps: MainDeps = {
    stdout,
    stderr,
    env: process.env,
    // Asked only where it matters: a folder that was deleted meanwhile has no path, and help and version need none.
    get cwd() {
      return workingFolder(process);
    },
    clock: { now: () => new Date() },
    host: hostname(),
    pid: process.pid,
    version,
    newRunId: randomUUID,
    interrupted,
    inSources,
    async outputFault() {
      // A stream tells of its last write in a later turn.
      await nextTurn();
      return fault();
    },
  };
  return { deps, settled: () => Promise.all([stdout.settled(), stderr.settled()]) };
}

function workingFolder(process: NodeJS.Process): string {
  try {
    return process.cwd();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FatalError(
      {
        code: 'working_folder_unusable',
        message: `the current folder ${code === 'ENOENT' ? 'is gone' : `cannot be used (${code})`}`,
        hint: 'change to a folder that exists, such as with cd /, and start it again',
      },
      { cause },
    );
  }
}
