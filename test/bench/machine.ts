import { cpus, loadavg, release, totalmem, type } from 'node:os';
import SqliteHandle from 'better-sqlite3';
import type { Machine } from './results.ts';
import { shellVersion } from './shell-load.ts';

/** The machine and the programs that are measured on it. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
    sqlite: sqliteVersion(),
    shell: shellVersion(),
    loadAverage: loadavg()[0] ?? 0,
  };
}

function sqliteVersion(): string {
  const handle = new SqliteHandle(':memory:');
  try {
    return handle.prepare('SELECT sqlite_version()').pluck().get() as string;
  } finally {
    handle.close();
  }
}
