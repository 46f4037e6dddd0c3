import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { PLAIN_USER, plainUserMayRun } from './plain-user.ts';
import { runArgs, scenarioFolder } from './scenarios.ts';
import { mayMount, mountSmallDisk } from './small-disk.ts';

const CANNOT_WRITE = (db: string) =>
  `database ${db}: it cannot be written\ntry: check the owner and mode of the file and of its folder, and the mount\n`;
const CANNOT_OPEN = (file: string) =>
  `${file}: it cannot be opened\ntry: check the path, and the owner and mode of the file and of its folder\n`;
const CANNOT_READ = (db: string) => CANNOT_OPEN(`database ${db}`);
const CANNOT_LOCK = (db: string) => CANNOT_OPEN(`run lock ${db}.lock`);

let stored: string;

beforeAll(async () => {
  stored = join(scenarioFolder(), 'stored.db');
  expect((await run(runArgs(stored, CLEAN_DIR))).code).toBe(0);
});

afterAll(() => rmSync(dirname(stored), { recursive: true, force: true }));

// Modes bind everybody but root, who starts these commands as another user.
describe.runIf(plainUserMayRun())('a database that its user may not write', () => {
  it.each<[what: string, file: number, folder: number, why: (db: string) => string]>([
    ['by the mode of the file', 0o440, 0o750, CANNOT_WRITE],
    ['by the mode of its folder', 0o640, 0o550, CANNOT_LOCK],
    ['nor read', 0o000, 0o750, CANNOT_READ],
  ])('%s: exit 2, and nothing is changed', async (_, file, folder, why) => {
    const db = storedCopy(file, folder);
    const before = folderBytes(dirname(db));
    const ended = await run([...runArgs(db, CLEAN_DIR), '--force'], { user: PLAIN_USER });
    expect(ended).toMatchObject({ code: 2, stderr: `error: ${why(db)}` });
    const { 'market_spine.db.lock': _lock, ...after } = folderBytes(dirname(db));
    expect(after).toEqual(before);
  });

  it('can still be looked at by a dry run', async () => {
    const db = storedCopy(0o440, 0o550);
    const before = folderBytes(dirname(db));
    const ended = await run([...runArgs(db, CLEAN_DIR), '--dry-run'], { user: PLAIN_USER });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(folderBytes(dirname(db))).toEqual(before);
  });
});

describe.runIf(mayMount())('a database on a disk mounted read-only', () => {
  it.each([
    ['before the first run there', false, CANNOT_LOCK],
    ['after runs there', true, CANNOT_WRITE],
  ])('%s: exit 2, and nothing is changed', async (_, hasRun, why) => {
    const disk = mountSmallDisk(16_384);
    onTestFinished(disk.end);
    const db = join(disk.dir, 'market_spine.db');
    copyFileSync(stored, db);
    if (hasRun) expect((await run(runArgs(db, CLEAN_DIR))).code).toBe(0);
    const before = folderBytes(disk.dir);
    disk.forbidWriting();
    const ended = await run([...runArgs(db, CLEAN_DIR), '--force']);
    expect(ended).toMatchObject({ code: 2, stderr: `error: ${why(db)}` });
    expect(folderBytes(disk.dir)).toEqual(before);
    expect((await run([...runArgs(db, CLEAN_DIR), '--dry-run'])).code).toBe(0);
  });
});

// A copy of the stored database that the plain user owns, with those modes of the file and of its folder.
function storedCopy(file: number, folder: number): string {
  const dir = mkdtempSync(join(tmpdir(), 'spine-'));
  const db = join(dir, 'store', 'market_spine.db');
  onTestFinished(() => {
    chmodSync(dirname(db), 0o750);
    rmSync(dir, { recursive: true });
  });
  mkdirSync(dirname(db));
  copyFileSync(stored, db);
  if (PLAIN_USER !== undefined) for (const path of [dir, dirname(db), db]) chownSync(path, PLAIN_USER, PLAIN_USER);
  chmodSync(db, file);
  chmodSync(dirname(db), folder);
  return db;
}
