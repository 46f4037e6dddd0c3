import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { MainDeps } from './main.ts';

/** The real world of one process: its streams, environment, clock and signals. */
export function processDeps(process: NodeJS.Process, version: string): MainDeps {
  // Databases and their folders are for the owner and the group only (DESIGN section 5).
  process.umask(0o027);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(signal));
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
    interrupted: interrupted.signal,
  };
}
