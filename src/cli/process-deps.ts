import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { MainDeps } from './main.ts';
import { watchOutput } from './output-fault.ts';

/** The real world of one process: its streams, environment, clock, and the signals its shim has caught. */
export function processDeps(process: NodeJS.Process, version: string, interrupted: AbortSignal): MainDeps {
  // Databases and their folders are for the owner and the group only (DESIGN section 5).
  process.umask(0o027);
  // What cannot be told on stderr can be told nowhere.
  process.stderr.on('error', () => {});
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: { now: () => new Date() },
    host: hostname(),
    pid: process.pid,
    version,
    newRunId: randomUUID,
    interrupted,
    outputFault: watchOutput(process.stdout),
  };
}
