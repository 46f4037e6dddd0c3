import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HeldRun, startHeldRun } from '../crash/held-run.ts';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { type Ended, run, start } from '../harness/command.ts';
import { isIntact, query, value, viewContents } from '../harness/database.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { createWorkspace, newFolder, removeFolder, type Workspace, workspaceIn } from '../harness/workspace.ts';

const WINDOW = ['--weeks', '2025-12-12..2025-12-19', '--run-date', '2026-02-02'];

// Between the claim of a stage and its own transaction, when some partitions are accepted and others are not.
const MIDDLE = { of: 'begin immediate', step: 23 };

interface Held extends Workspace {
  readonly running: HeldRun;
  command(line: string): Promise<Ended>;
}

async function holdRun(point: { of: string; step: number } = MIDDLE): Promise<Held> {
  const workspace = createWorkspace();
  const running = await startHeldRun(['--data-dir', CLEAN_DIR, '--db', workspace.db, ...WINDOW], workspace.dir, point);
  const command = (line: string) => run([...line.split(' '), '--db', workspace.db], { cwd: workspace.dir });
  return { ...workspace, running, command };
}

let expected: Record<string, unknown>;

beforeAll(async () => {
  const { dir, db } = workspaceIn(newFolder());
  await run(['--data-dir', CLEAN_DIR, '--db', db, ...WINDOW]);
  expected = viewContents(db);
  removeFolder(dir);
});

describe('while a run is in progress', () => {
  it('status, work list, captures and captures diff read it, and change no byte', async () => {
    const { db, running, command } = await holdRun();
    const before = folderBytes(dirname(db));
    const { code, stdout } = await command(`status ${WINDOW.join(' ')} --json`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).runs).toMatchObject([{ status: 'running', ended_at: null }]);
    expect((await command('work list')).stdout).toMatch(/^Work items .* pending/);
    const id = JSON.parse((await command('captures --json')).stdout).captures[0].capture_id;
    expect((await command(`captures diff ${id} ${id}`)).code).toBe(0);
    expect(folderBytes(dirname(db))).toEqual(before);
    expect((await running.finish()).code).toBe(0);
    expect(viewContents(db)).toEqual(expected);
  });

  it('backup makes a whole copy of what is committed', async () => {
    const { dir, db, running, command } = await holdRun();
    const copy = join(dir, 'copy.db');
    const { code, stdout } = await command('backup copy.db --json');
    expect({ code, document: JSON.parse(stdout) }).toEqual({
      code: 0,
      document: {
        database: db,
        backup: copy,
        size_bytes: readFileSync(copy).length,
        notices: [],
        error: null,
        exit_code: 0,
      },
    });
    expect(isIntact(copy)).toBe(true);
    expect(viewContents(copy)).toEqual(viewContents(db));
    await running.finish();
    expect(viewContents(db)).toEqual(expected);
  });

  it('work cancel and work retry change items beside it, and the run goes on in its journal mode', async () => {
    const { db, running, command } = await holdRun();
    const [item] = query(db, "SELECT id FROM core_work_items WHERE state = 'PENDING' ORDER BY id DESC LIMIT 1");
    expect((await command(`work cancel ${item?.id}`)).code).toBe(0);
    expect(value(db, 'PRAGMA journal_mode')).toBe('wal');
    expect((await command(`work retry ${item?.id}`)).code).toBe(0);
    expect((await running.finish()).code).toBe(0);
    expect(viewContents(db)).toEqual(expected);
    expect(value(db, 'PRAGMA journal_mode')).toBe('delete');
  });

  it('work cancel waits for a stage that is being written, up to the busy timeout', async () => {
    const { db, running, command } = await holdRun({ of: 'commit', step: 10 });
    expect(await command('work cancel 1 --busy-timeout 100ms')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `error: database ${db}: another program holds it for longer than the busy timeout\ntry: close what uses it, or raise --busy-timeout\n`,
    });
    expect((await running.finish()).code).toBe(0);
  });

  it('work reset-stuck leaves its items alone, and an item it releases too early is not lost', async () => {
    const { db, running, command } = await holdRun();
    expect(query(db, "SELECT id FROM core_work_items WHERE state = 'RUNNING'")).toHaveLength(1);
    expect((await command('work reset-stuck')).stdout).toBe('Work items  nothing to change\n');
    await command('work reset-stuck --older-than 0s');
    await running.finish();
    await run(['--data-dir', CLEAN_DIR, '--db', db, ...WINDOW]);
    expect(viewContents(db)).toEqual(expected);
  });
});

describe('at rest', () => {
  it('the commands leave no file beside the database, and its journal mode as it is', async () => {
    const { dir, db } = createWorkspace();
    await run(['--data-dir', CLEAN_DIR, '--db', db, ...WINDOW]);
    const before = Object.keys(folderBytes(dirname(db)));
    for (const line of ['status', 'work list', 'work retry 1', 'work cancel 1', 'captures', 'backup copy.db']) {
      expect((await run([...line.split(' '), '--db', db], { cwd: dir })).stderr).toBe('');
      expect(Object.keys(folderBytes(dirname(db)))).toEqual(before);
    }
    expect(value(db, 'PRAGMA journal_mode')).toBe('delete');
    expect(isIntact(join(dir, 'copy.db'))).toBe(true);
  });

  it('a reader that stops early makes no failure of them', async () => {
    const { db } = createWorkspace();
    await run(['--data-dir', CLEAN_DIR, '--db', db, ...WINDOW]);
    const { child, ended } = start(['work', 'list', '--json', '--db', db]);
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});
