import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeRunLock } from '../../src/store/sqlite/run-lock.ts';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { until } from '../harness/at-step.ts';
import { start } from '../harness/command.ts';
import { value } from '../harness/database.ts';
import { createWorkspace } from '../harness/workspace.ts';

// More than a pipe holds: a log line for each of 24 partitions' stages.
const TALKATIVE = '--weeks 2025-11-14..2026-01-02 --run-date 2026-02-02 --log-format json --verbose'.split(' ');

it.skipIf(process.platform === 'win32')(
  'a run goes on to its end while the reader of its log stands still, and a signal changes nothing any more',
  async () => {
    const { dir, dataDir, db } = createWorkspace(CLEAN_DIR);
    const pipe = join(dir, 'log');
    execFileSync('mkfifo', [pipe]);
    // Neither blocks: a pipe that is open for both has a reader and a writer.
    const both = openSync(pipe, 'r+');
    const reader = openSync(pipe, 'r');
    const { child, ended } = start(['--data-dir', dataDir, '--db', db, ...TALKATIVE], {
      through: ['sh', '-c', 'exec "$@" 2> "$LOG"', 'sh'],
      env: { LOG: pipe },
    });
    const status = () => (existsSync(db) ? latestStatus(db) : null);
    await until(() => status() === 'success');
    await until(() => isFree(db));
    child.kill('SIGTERM');

    const rest = spawn('cat', { stdio: [reader, 'pipe', 'inherit'] });
    const allRead = once(rest, 'close');
    let log = '';
    rest.stdout?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    closeSync(both);
    closeSync(reader);
    expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining('exit 0, success') });
    await allRead;
    expect(log.length).toBeGreaterThan(64 * 1024);
    const lines = log.trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'run_ended', exit_code: 0 });
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('event');
    expect(status()).toBe('success');
  },
);

function isFree(db: string): boolean {
  const lock = takeRunLock(db);
  lock?.release();
  return lock !== null;
}

// Null while the database is made.
function latestStatus(db: string): unknown {
  try {
    return value(db, 'SELECT status FROM core_scheduler_runs');
  } catch {
    return null;
  }
}
