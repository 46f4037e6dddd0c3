import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { takeRunLock } from '../../../src/store/sqlite/run-lock.ts';
import { createWorkspace } from '../../harness/workspace.ts';

function place(): string {
  const { db } = createWorkspace();
  mkdirSync(dirname(db));
  return db;
}

it('is held by one at a time, also within one process', () => {
  const db = place();
  const first = takeRunLock(db);
  expect(first).not.toBeNull();
  expect(takeRunLock(db)).toBeNull();
  first?.release();
  const second = takeRunLock(db);
  expect(second).not.toBeNull();
  second?.release();
});

it('is one for each database', () => {
  const db = place();
  const [first, other] = [takeRunLock(db), takeRunLock(join(dirname(db), 'other.db'))];
  expect(other).not.toBeNull();
  for (const lock of [first, other]) lock?.release();
});

it('leaves an empty file, which is never deleted, and nothing else', () => {
  const db = place();
  takeRunLock(db)?.release();
  expect(statSync(`${db}.lock`).size).toBe(0);
  for (const side of ['-journal', '-wal', '-shm']) expect(existsSync(`${db}.lock${side}`)).toBe(false);
  expect(existsSync(db)).toBe(false);
});

it('throws where its file cannot be made', () => {
  const db = join(place(), 'no-folder', 'market_spine.db');
  expect(() => takeRunLock(db)).toThrow(/directory does not exist|unable to open/);
});
