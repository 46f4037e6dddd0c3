import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesPath } from '../../../src/sources/archive/layout.ts';
import { anArchive, hashOf, readText } from './an-archive.ts';

const ROWS = Array.from({ length: 500 }, (_, line) => `S${line}|${line * line}\n`).join('');

describe('archived bytes', () => {
  it.each<[string, (path: string) => void, string]>([
    ['other bytes', (path) => writeFileSync(path, gzipSync('tampered')), `their hash is ${hashOf('tampered')}`],
    ['no gzip', (path) => writeFileSync(path, 'plain text'), 'they cannot be unpacked (Z_DATA_ERROR)'],
    ['the first half', (path) => truncateSync(path, 40), 'they cannot be unpacked (Z_BUF_ERROR)'],
    ['a flipped bit', flipBit, 'they cannot be unpacked (Z_DATA_ERROR)'],
    ['nothing', (path) => truncateSync(path, 0), 'they cannot be unpacked (Z_BUF_ERROR)'],
  ])('that are %s now are refused, named by their hash', async (_, damage, why) => {
    const archive = anArchive();
    const hash = await archive.put(ROWS);
    damage(bytesPath(archive.dir, hash));
    await expect(readText(archive.dir, hash)).rejects.toMatchObject({
      name: 'PartitionError',
      code: 'archive_bytes_damaged',
      message: `the archived bytes ${hash} are damaged: ${why}`,
      hint: expect.stringContaining('restore'),
      transient: false,
    });
  });

  it('that are missing are named by their hash', async () => {
    const { dir } = anArchive();
    const hash = hashOf('never archived');
    await expect(readText(dir, hash)).rejects.toMatchObject({
      code: 'archive_bytes_missing',
      message: `the archive does not hold the bytes ${hash}`,
      transient: false,
    });
  });

  it('that cannot be read say why', async () => {
    const archive = anArchive();
    const hash = await archive.put('text');
    const path = bytesPath(archive.dir, hash);
    rmSync(path);
    mkdirSync(path);
    await expect(readText(archive.dir, hash)).rejects.toMatchObject({
      code: 'archive_read_failed',
      message: `${path} could not be read: EISDIR`,
    });
    rmSync(dirname(path), { recursive: true });
    await expect(readText(archive.dir, hash)).rejects.toMatchObject({ code: 'archive_bytes_missing' });
  });
});

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(path, bytes);
}
