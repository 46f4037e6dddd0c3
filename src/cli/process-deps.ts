import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { FatalError } from '../domain/errors.ts';
import type { MainDeps } from './main.ts';
import { watchOutput } from './output-fault.ts';

/** The real world of one process: its streams, environment, clock, and the signals its shim has caught. */
export function processDeps(
  process: NodeJS.Process,
  version: string,
  interrupted: AbortSignal,
  inSources: MainDeps['inSources'],
): MainDeps {
  // Databases and their folders are for the owner and the group only (DESIGN section 5).
  process.umask(0o027);
  // What cannot be told on stderr can be told nowhere.
  process.stderr.on('error', () => {});
  return {
    stdout: process.stdout,
    stderr: process.stderr,
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
    outputFault: watchOutput(process.stdout),
  };
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
