import { describe, expect, it } from 'vitest';
import { PartitionError } from '../../src/domain/errors.ts';
import { dataDirError, fileError } from '../../src/sources/file-errors.ts';

const PATH = '/data/tier1_20251222\u001b[2J.csv';
const SHOWN = 'tier1_20251222\\x1b[2J.csv';

describe('fileError', () => {
  it.each([
    ['ENOENT', 'file_vanished', true],
    ['EIO', 'file_read_failed', true],
    ['ESTALE', 'file_read_failed', true],
    ['EBUSY', 'file_read_failed', true],
    ['EMFILE', 'file_read_failed', true],
    ['ETIMEDOUT', 'file_read_failed', true],
    ['EACCES', 'file_unreadable', false],
    ['EPERM', 'file_unreadable', false],
    ['ELOOP', 'file_unreadable', false],
    ['EISDIR', 'file_unreadable', false],
  ])('makes %s a %s, worth another attempt: %s', (code, expected, transient) => {
    const error = fileError(systemError(code), PATH);
    expect(error).toMatchObject({ code: expected, transient });
    expect(error.message).toContain(SHOWN);
    expect(error.hint).not.toBe('');
  });

  it("keeps the file system's own error as the cause", () => {
    const cause = systemError('EIO');
    expect(fileError(cause, PATH).cause).toBe(cause);
  });

  it('leaves a failure that is already worded as it is', () => {
    const error = new PartitionError({ code: 'file_too_large', message: 'm', hint: 'h' });
    expect(fileError(error, PATH)).toBe(error);
  });

  it('hides no bug behind a file', () => {
    const bug = new TypeError('undefined is not a function');
    expect(() => fileError(bug, PATH)).toThrow(bug);
  });
});

describe('dataDirError', () => {
  it.each([
    ['ENOENT', 'data_dir_missing'],
    ['ENOTDIR', 'data_dir_not_a_directory'],
    ['EACCES', 'data_dir_unreadable'],
    ['EIO', 'data_dir_unreadable'],
  ])('makes %s a %s', (code, expected) => {
    const error = dataDirError(systemError(code), '/data/\u202efolder');
    expect(error).toMatchObject({ name: 'FatalError', code: expected });
    expect(error.message).toContain('/data/\\u202efolder');
  });

  it('hides no bug behind the folder', () => {
    const bug = new RangeError('out of range');
    expect(() => dataDirError(bug, '/data')).toThrow(bug);
  });
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: it failed, open '${PATH}'`), { code, errno: -1, syscall: 'open' });
}
