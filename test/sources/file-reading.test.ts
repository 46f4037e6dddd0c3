import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, sourceOver } from './file-folder.ts';

const NAME = 'tier1_20251222.csv';
const MEGABYTE = 1024 * 1024;

describe('a file of a data folder', () => {
  it.each([0, 1, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE + 17])(
    'of %i bytes comes whole and in order',
    async (size) => {
      const { folder, path } = fileOf(size);
      const sent = createHash('sha256').update(contentOf(size)).digest('hex');
      const read = createHash('sha256');
      for await (const chunk of sourceOver(folder).open(path)) read.update(chunk);
      expect(read.digest('hex')).toBe(sent);
    },
  );

  it('is read through links inside the folder', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, '..2025'));
    writeFileSync(join(folder, '..2025', NAME), 'content');
    symlinkSync('..2025', join(folder, '..data'));
    symlinkSync(`..data/${NAME}`, join(folder, NAME));
    expect(await readAll(folder, join(folder, NAME))).toBe('content');
  });

  it('is read when it is as large as the limit, and refused unread when larger', async () => {
    const { folder, path } = fileOf(100);
    expect(await readAll(folder, path, 100)).toHaveLength(100);
    await expect(readAll(folder, path, 99)).rejects.toMatchObject({
      code: 'file_too_large',
      message: `${NAME} holds 100 bytes, more than the limit of 99`,
      hint: expect.stringContaining('--max-file-size'),
      transient: false,
    });
  });

  it('is refused when it grows over the limit while it is read', async () => {
    const { folder, path } = fileOf(MEGABYTE + 1);
    const reading = read(folder, path, MEGABYTE + 100, () => appendFileSync(path, 'x'.repeat(100)));
    await expect(reading).rejects.toMatchObject({ code: 'file_too_large' });
  });

  it.each<[string, (path: string) => void]>([
    ['grew', (path) => appendFileSync(path, 'x')],
    ['shrank', (path) => truncateSync(path, MEGABYTE)],
    ['was written to without growing', (path) => utimesSync(path, 1, 1)],
  ])('that %s while it was read fails, and is worth another attempt', async (_, change) => {
    const { folder, path } = fileOf(2 * MEGABYTE);
    await expect(read(folder, path, 8 * MEGABYTE, () => change(path))).rejects.toMatchObject({
      code: 'file_changed',
      message: `${NAME} changed while it was read`,
      transient: true,
    });
  });

  it('that is replaced while it is read gives the bytes of the old one', async () => {
    const { folder, path } = fileOf(2 * MEGABYTE);
    let bytes = 0;
    for await (const chunk of sourceOver(folder).open(path)) {
      if (bytes === 0) {
        rmSync(path);
        writeFileSync(path, 'another file');
      }
      bytes += chunk.length;
    }
    expect(bytes).toBe(2 * MEGABYTE);
  });

  it('that has vanished is worth another attempt', async () => {
    const folder = newFolder();
    await expect(readAll(folder, join(folder, NAME))).rejects.toMatchObject({ code: 'file_vanished', transient: true });
  });

  it.each<[string, string, (path: string) => void]>([
    [
      'a link that now leads out of the folder',
      'it leads outside of the data folder',
      (path) => symlinkSync('/etc/hosts', path),
    ],
    ['a folder', 'it is not a regular file', (path) => mkdirSync(path)],
    ['a FIFO without a writer', 'it is not a regular file', (path) => execFileSync('mkfifo', [path])],
  ])('is not read when it is %s', async (_, why, make) => {
    const folder = newFolder();
    make(join(folder, NAME));
    await expect(readAll(folder, join(folder, NAME))).rejects.toMatchObject({
      code: 'file_unreadable',
      message: `${NAME}: ${why}`,
      transient: false,
    });
  });

  it('of another folder is not read', async () => {
    const { path } = fileOf(1);
    await expect(readAll(newFolder(), path)).rejects.toMatchObject({ code: 'file_unreadable' });
    await expect(readAll(newFolder(), join(newFolder(), '..', 'x'))).rejects.toMatchObject({ code: 'file_vanished' });
  });

  it.runIf(process.platform === 'linux')('that the disk fails to read is worth another attempt', async () => {
    // The start of a process's memory is a regular file whose first byte no one can read.
    await expect(readAll('/proc/self', '/proc/self/mem')).rejects.toMatchObject({
      code: 'file_read_failed',
      message: 'mem could not be read: EIO',
      transient: true,
    });
  });

  it.skipIf(process.getuid?.() === 0)(
    'that may not be read fails for good (skipped for root, who may read all)',
    async () => {
      const { folder, path } = fileOf(1);
      execFileSync('chmod', ['000', path]);
      await expect(readAll(folder, path)).rejects.toMatchObject({ code: 'file_unreadable', transient: false });
    },
  );
});

function fileOf(size: number): { readonly folder: string; readonly path: string } {
  const folder = newFolder();
  const path = join(folder, NAME);
  writeFileSync(path, contentOf(size));
  return { folder, path };
}

function contentOf(size: number): Buffer {
  return Buffer.alloc(size, 'a text that is not a power of two long\n');
}

async function readAll(folder: string, path: string, maxFileBytes = MEGABYTE): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of sourceOver(folder, { maxFileBytes }).open(path)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** Reads to the end, and calls `meanwhile` after the first chunk. */
async function read(folder: string, path: string, maxFileBytes: number, meanwhile: () => void): Promise<void> {
  let isFirst = true;
  for await (const _chunk of sourceOver(folder, { maxFileBytes }).open(path)) {
    if (isFirst) meanwhile();
    isFirst = false;
  }
}
