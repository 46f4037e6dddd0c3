import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { PROJECT, run } from '../harness/command.ts';
import { value } from '../harness/database.ts';
import { createWorkspace } from '../harness/workspace.ts';

const WEEK = ['--weeks', '2025-12-19', '--run-date', '2026-02-02'];

describe.runIf(existsSync('/dev/full'))('stdout on a full disk', () => {
  it('ends in 2 after a run that went on to its end and is recorded as it was', () => {
    const { db } = createWorkspace();
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(
      process.execPath,
      [`${PROJECT}bin/run-finra-weekly-schedule.js`, ...WEEK, '--data-dir', CLEAN_DIR, '--db', db],
      { stdio: ['ignore', full, 'pipe'], encoding: 'utf8', env: { PATH: process.env.PATH } },
    );
    closeSync(full);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /\nerror: stdout cannot be written: ENOSPC.*\ntry: free space for it; the command went on to its end all the same, /,
    );
    expect(stderr).not.toContain('    at ');
    expect(value(db, 'SELECT status FROM core_scheduler_runs')).toBe('success');
  });
});

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
