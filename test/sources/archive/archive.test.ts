import { execFileSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PartitionError } from '../../../src/domain/errors.ts';
import { newFolder } from '../file-folder.ts';
import { anArchive, chunksOf, hashOf, NOW, readText, textOf } from './an-archive.ts';

const MEGABYTE = 1024 * 1024;

describe('bytes on their way to the parser', () => {
  it('pass unchanged, and are kept gzipped under their hash', async () => {
    const archive = anArchive();
    const copied = archive.copying(chunksOf('a|b\n1|2\n'));
    expect(await textOf(copied)).toBe('a|b\n1|2\n');
    const hash = hashOf('a|b\n1|2\n');
    await copied.keep(hash);
    const path = join(archive.dir, 'bytes', hash.slice(0, 2), `${hash}.gz`);
    expect(execFileSync('gzip', ['-dc', path], { encoding: 'utf8' })).toBe('a|b\n1|2\n');
    expect(await archive.holds(hash)).toBe(true);
    expect(await archive.holds(hashOf('other'))).toBe(false);
  });

  it('are for the owner and the group only', async () => {
    const archive = anArchive();
    await archive.capture({});
    for (const name of archive.files()) {
      const found = statSync(join(archive.dir, name));
      expect([name, found.mode & 0o777]).toEqual([name, found.isDirectory() ? 0o750 : 0o640]);
    }
  });

  it('come back as they were, whatever their chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        async (text, size) => {
          const archive = anArchive();
          const copied = archive.copying(chunksOf(text, size));
          await textOf(copied);
          const hash = hashOf(text);
          await copied.keep(hash);
          expect(await readText(archive.dir, hash)).toBe(Buffer.from(text).toString('utf8'));
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([0, MEGABYTE - 1, MEGABYTE, 2 * MEGABYTE + 17])('come back when there are %i of them', async (size) => {
    const archive = anArchive();
    const text = 'abcdefghij'.repeat(Math.ceil(size / 10)).slice(0, size);
    const copied = archive.copying(chunksOf(text, 300_000));
    await textOf(copied);
    await copied.keep(hashOf(text));
    expect(hashOf(await readText(archive.dir, hashOf(text)))).toBe(hashOf(text));
  });

  it('that are there already are not written again', async () => {
    const archive = anArchive();
    const hash = await archive.put('the same');
    const path = join(archive.dir, 'bytes', hash.slice(0, 2), `${hash}.gz`);
    utimesSync(path, 1, 1);
    expect(await archive.put('the same')).toBe(hash);
    expect(statSync(path).mtimeMs).toBe(1000);
    expect(archive.files().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('that are there damaged are written again, so that no reader sees them half', async () => {
    const archive = anArchive();
    const hash = await archive.put('the same');
    const path = join(archive.dir, 'bytes', hash.slice(0, 2), `${hash}.gz`);
    truncateSync(path, 20);
    expect(await anArchive(archive.dir).holds(hash)).toBe(false);
    const reader = openSync(path, 'r');
    onTestFinished(() => closeSync(reader));
    expect(await archive.put('the same')).toBe(hash);
    expect(await readText(archive.dir, hash)).toBe('the same');
    expect(fstatSync(reader).size).toBe(20);
    expect(archive.files().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('leave nothing behind when their source fails, or their reader stops', async () => {
    const archive = anArchive();
    const failing = archive.copying(failingAfter('one chunk'));
    await expect(textOf(failing)).rejects.toMatchObject({ code: 'file_read_failed' });
    for await (const chunk of archive.copying(chunksOf('many chunks of text'))) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(archive.files()).toEqual(['incoming']);
  });

  it('that cannot be archived end the run', async () => {
    const dir = join(newFolder(), 'archive');
    writeFileSync(dir, 'a file in its place');
    const archive = anArchive(dir);
    const refusal = {
      name: 'FatalError',
      code: 'archive_not_writable',
      message: `the archive ${dir} cannot be written: ENOTDIR`,
      hint: expect.stringContaining('--archive-dir'),
    };
    await expect(textOf(archive.copying(chunksOf('text')))).rejects.toMatchObject(refusal);
    await expect(archive.enter(await anArchive().capture({}))).rejects.toMatchObject(refusal);
  });
});

describe('an archive that is prepared', () => {
  it('is made, and left as it was found', async () => {
    const archive = anArchive();
    await archive.prepare();
    expect(archive.files()).toEqual(['incoming']);
  });

  it('is rid of what killed runs left a day ago, and of nothing else', async () => {
    const archive = anArchive();
    const incoming = join(archive.dir, 'incoming');
    mkdirSync(incoming, { recursive: true });
    const now = Date.parse(NOW) / 1000;
    for (const [name, age] of [
      ['old.tmp', 24 * 3600 + 1],
      ['new.tmp', 24 * 3600 - 1],
    ] as const) {
      writeFileSync(join(incoming, name), 'half');
      utimesSync(join(incoming, name), now - age, now - age);
    }
    await archive.prepare();
    expect(archive.files()).toEqual(['incoming', 'incoming/new.tmp']);
  });

  it('is refused when its place is taken', async () => {
    const dir = join(newFolder(), 'archive');
    writeFileSync(dir, 'a file in its place');
    await expect(anArchive(dir).prepare()).rejects.toMatchObject({ code: 'archive_not_writable' });
  });
});

describe('an accepted capture', () => {
  it('is listed with all that replaying it needs', async () => {
    const archive = anArchive();
    const { contentHash } = await archive.capture({}, 'rows');
    const path = join(archive.dir, 'captures', '2025-12-19', 'NMS_TIER_1.2026-01-12.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      capture_id: 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260112',
      week_ending: '2025-12-19',
      tier: 'NMS_TIER_1',
      run_date: '2026-01-12',
      source: 'file',
      locator: '/data/tier1_20251222.csv',
      summary_types: 'ats',
      content_hash: contentHash,
      byte_count: 4,
    });
  });

  it('takes the place of an earlier one of its id', async () => {
    const archive = anArchive();
    await archive.capture({}, 'first');
    const { contentHash } = await archive.capture({}, 'second');
    const entries = archive.files().filter((name) => name.endsWith('.json'));
    expect(entries).toHaveLength(1);
    expect(readFileSync(join(archive.dir, entries[0] ?? ''), 'utf8')).toContain(contentHash);
  });
});

async function* failingAfter(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw new PartitionError({ code: 'file_read_failed', message: 'EIO', hint: 'look at the disk' });
}
