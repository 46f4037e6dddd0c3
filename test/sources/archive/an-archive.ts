import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Archive, openArchive } from '../../../src/sources/archive/archive.ts';
import type { ArchiveEntry } from '../../../src/sources/archive/entry.ts';
import { readBytes } from '../../../src/sources/archive/reading.ts';
import { newFolder } from '../file-folder.ts';

/** An archive in a folder of the test's own. */
export interface TestArchive extends Archive {
  readonly dir: string;
  /** Archives a text and returns its hash. */
  put(text: string): Promise<string>;
  /** Archives a text as an accepted capture. */
  capture(given: Partial<ArchiveEntry>, text?: string): Promise<ArchiveEntry>;
  /** Every file of the archive, sorted. */
  files(): string[];
}

export const NOW = '2026-02-02T12:00:00.000Z';

export function anArchive(dir = join(newFolder(), 'archive')): TestArchive {
  let names = 0;
  const archive = openArchive({ dir, clock: { now: () => new Date(NOW) }, newName: () => `draft-${++names}` });
  const put = async (text: string) => {
    const hash = hashOf(text);
    const copied = archive.copying(chunksOf(text));
    await textOf(copied);
    await copied.keep(hash);
    return hash;
  };
  return {
    ...archive,
    dir,
    put,
    async capture(given, text = 'some rows') {
      const entry: ArchiveEntry = {
        partition: { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' },
        runDate: '2026-01-12',
        source: 'file',
        locator: '/data/tier1_20251222.csv',
        summaryTypes: 'ats',
        contentHash: await put(text),
        byteCount: Buffer.byteLength(text),
        ...given,
      };
      await archive.enter(entry);
      return entry;
    },
    files: () => readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort(),
  };
}

export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A text in chunks of `size` bytes that share one buffer, as sources hand them out. */
export async function* chunksOf(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  const shared = Buffer.alloc(size);
  for (let start = 0; start < bytes.length; start += size) {
    const length = bytes.copy(shared, 0, start, start + size);
    yield shared.subarray(0, length);
  }
}

export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const copies: Buffer[] = [];
  for await (const chunk of chunks) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies).toString('utf8');
}

/** The archived text of a hash. */
export function readText(dir: string, hash: string): Promise<string> {
  return textOf(readBytes(dir, hash));
}
