import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { MainDeps } from './main.ts';

/** The real world of one process: its streams, environment, clock and signals. */
export function processDeps(process: NodeJS.Process, version: string): MainDeps {
  // Databases and their folders are for the owner and the group only (DESIGN section 5).
  process.umask(0o027);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(signal));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
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
    interrupted: interrupted.signal,
  };
}

// A reader that stops early (`| head`) must not turn a run that did its work into a failure.
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
