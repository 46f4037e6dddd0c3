import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCounts, seriesIn } from '../cli/metrics-world.ts';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { PROJECT, run } from '../harness/command.ts';
import { query } from '../harness/database.ts';
import { createListener } from '../harness/listener.ts';
import { createWorkspace } from '../harness/workspace.ts';

const BIN = `${PROJECT}bin/run-finra-weekly-schedule.js`;
const ENV = { PATH: process.env.PATH };
const WEEK = ['--weeks', '2025-12-19', '--run-date', '2026-02-02'];

describe.skipIf(process.platform === 'win32')('a file under stdout that takes a part of the result only', () => {
  it('ends a command in 2', async () => {
    const { dir, db } = createWorkspace();
    expect((await run([...WEEK, '--data-dir', CLEAN_DIR, '--db', db])).code).toBe(0);
    const out = join(dir, 'status.json');
    const { code, stderr } = await run(['status', '--json', '--db', db, ...WEEK], {
      through: ['sh', '-c', 'ulimit -f 1; exec "$@" > "$OUT"', 'sh'],
      env: { OUT: out },
    });
    expect(statSync(out).size).toBeGreaterThan(0);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('stdout cannot be written: EFBIG') });
  });
});

describe.runIf(existsSync('/dev/full'))('stdout on a full disk', () => {
  it('ends in 2 after a run that went on to its end and is recorded with what it did', () => {
    const { db } = createWorkspace();
    const { status, stderr } = runIntoFull([...WEEK, '--data-dir', CLEAN_DIR, '--db', db]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /\nerror: stdout cannot be written: ENOSPC.*\ntry: free space for it; the command went on to its end all the same, /,
    );
    expect(stderr).not.toContain('    at ');
    expect(stderr.match(/stdout cannot be written/g)).toHaveLength(1);
    const columns = "status, exit_code, error_json ->> 'code' AS code, counts_json ->> 'ingested' AS ingested";
    expect(query(db, `SELECT ${columns} FROM core_scheduler_runs`)).toEqual([
      { status: 'critical', exit_code: 2n, code: 'output_failed', ingested: 3n },
    ]);
  });

  it.each([
    ['as text', []],
    ['as JSON', ['--json']],
    ['in one line', ['--quiet']],
  ])('is told in the JSON log before its end, where the result is written %s', (_, options) => {
    const { db } = createWorkspace();
    const args = [...WEEK, '--data-dir', CLEAN_DIR, '--db', db, '--log-format', 'json', ...options];
    const { status, stderr } = runIntoFull(args);
    expect(status).toBe(2);
    const lines = stderr.trimEnd().split('\n');
    const told = lines.map((line) => JSON.parse(line)).filter(({ code }) => code === 'output_failed');
    expect(told).toEqual([
      expect.objectContaining({ event: 'run_failed', level: 'error', message: expect.stringContaining('ENOSPC') }),
      expect.objectContaining({ event: 'run_ended', exit_code: 2 }),
    ]);
    expect(lines.at(-1)).toContain('"event":"run_ended"');
  });

  it.each([
    ['a dry run', [...WEEK, '--data-dir', CLEAN_DIR, '--dry-run']],
    ['the help', ['--help']],
  ])('ends %s in 2 as well', (_, args) => {
    const { db } = createWorkspace();
    const { status, stderr } = runIntoFull(args.includes('--help') ? args : [...args, '--db', db]);
    expect(status).toBe(2);
    expect(stderr.match(/error: stdout cannot be written/g)).toHaveLength(1);
  });

  it('is told by a command in one JSON object', () => {
    const { db } = createWorkspace();
    expect(runNow([...WEEK, '--data-dir', CLEAN_DIR, '--db', db]).status).toBe(0);
    const { status, stderr } = runIntoFull(['captures', '--db', db], { MARKET_SPINE_LOG_FORMAT: 'json' });
    expect(status).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ event: 'command_failed', code: 'output_failed' });
  });

  it('makes the metrics count a critical run, once, also when the next one is a success', () => {
    const { db, dir } = createWorkspace();
    const metricsFile = join(dir, 'market_spine.prom');
    const args = [...WEEK, '--data-dir', CLEAN_DIR, '--db', db, '--metrics-file', metricsFile];
    expect(runIntoFull(args).status).toBe(2);
    expect(seriesIn(metricsFile).get('market_spine_scheduler_last_exit_code')).toBe(2);
    expect(seriesIn(metricsFile).get('market_spine_scheduler_last_success_timestamp_seconds')).toBe(0);
    expect(runCounts(seriesIn(metricsFile))).toEqual({ success: 0, partial: 0, critical: 1 });

    expect(runNow(args).status).toBe(0);
    expect(runCounts(seriesIn(metricsFile))).toEqual({ success: 1, partial: 0, critical: 1 });
  });

  it('makes the heartbeat tell of exit 2', async () => {
    const { db } = createWorkspace();
    const { origin, heard } = await createListener();
    const full = openSync('/dev/full', 'w');
    const args = [...WEEK, '--data-dir', CLEAN_DIR, '--db', db, '--ping-url', `${origin}/ping`];
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', full, 'ignore'], env: ENV });
    closeSync(full);
    expect(await once(child, 'exit')).toEqual([2, null]);
    expect(heard.map(({ path }) => path)).toEqual(['/ping/start', '/ping/2']);
  });
});

function runNow(args: readonly string[]) {
  return spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', env: ENV });
}

// The real command with a stdout that takes nothing.
function runIntoFull(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const full = openSync('/dev/full', 'w');
  try {
    const stdio = ['ignore', full, 'pipe'] as const;
    return spawnSync(process.execPath, [BIN, ...args], {
      stdio: [...stdio],
      encoding: 'utf8',
      env: { ...ENV, ...env },
    });
  } finally {
    closeSync(full);
  }
}

describe.runIf(existsSync('/proc/self'))('a place where no folder can be made, though its parent is there', () => {
  it('is refused with exit 2 for a database', async () => {
    const { code, stderr } = await run([...WEEK, '--data-dir', CLEAN_DIR, '--db', '/proc/nowhere/spine.db']);
    expect(code).toBe(2);
    expect(stderr).toContain('error: database /proc/nowhere/spine.db: its folder cannot be made');
  });

  it('is refused with exit 2 for an archive', async () => {
    const { db } = createWorkspace();
    const archive = ['--archive-dir', '/proc/nowhere/archive'];
    const { code, stderr } = await run([...WEEK, '--data-dir', CLEAN_DIR, '--db', db, ...archive]);
    expect(code).toBe(2);
    expect(stderr).toContain('/proc/nowhere');
  });
});
