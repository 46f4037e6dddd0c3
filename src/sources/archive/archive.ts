import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../domain/clock.ts';
import { systemCode } from '../file-errors.ts';
import { writeFault } from './archive-errors.ts';
import { createFile, makeFolder, moveInto, syncFolder } from './durable-files.ts';
import { type ArchiveEntry, entryText } from './entry.ts';
import { createGzipDraft, type GzipDraft } from './gzip-file.ts';
import { bytesPath, entryPath, incomingFolder } from './layout.ts';
import { areWhole } from './reading.ts';

/** Bytes on their way to the parser, copied as they pass. */
export interface CopiedChunks extends AsyncIterable<Uint8Array> {
  /**
   * Puts the copy into the archive, under the hash of all bytes that passed, unless it has them undamaged already; call
   * it once, after the last.
   */
  keep(contentHash: string): Promise<void>;
}

/**
 * Where the bytes of captures are kept for good. What its functions did is durable when they return. Each throws the
 * FatalError `archive_not_writable`: what cannot be archived must not be captured either.
 */
export interface Archive {
  /** Makes the folder, sees that it can be written, and clears away what runs that were killed left unfinished. */
  prepare(): Promise<void>;
  /** `chunks` with a copy of them set aside; without `keep` nothing of it stays. */
  copying(chunks: AsyncIterable<Uint8Array>): CopiedChunks;
  /** Whether the bytes of that hash are there, undamaged. */
  holds(contentHash: string): Promise<boolean>;
  /** Lists an accepted capture, in place of an earlier one of its id. */
  enter(entry: ArchiveEntry): Promise<void>;
}

export interface ArchiveOptions {
  /** Absolute. */
  readonly dir: string;
  readonly clock: Clock;
  /** A name that nothing else has, for a file that is being written. */
  readonly newName: () => string;
}

// Longer than any run takes: what is older than this in `incoming` was left by a run that was killed.
const ABANDONED_AFTER_MS = 24 * 3600_000;

/** The archive in a folder, to write it (DESIGN section 1, "source"). */
export function openArchive({ dir, clock, newName }: ArchiveOptions): Archive {
  const guard = <T>(action: () => Promise<T>): Promise<T> =>
    action().catch((error: unknown) => {
      throw writeFault(error, dir);
    });
  const newDraft = () => join(incomingFolder(dir), `${newName()}.tmp`);
  // What was kept was just checked, and need not be unpacked once more when its capture is accepted.
  const kept = new Set<string>();

  async function writeEntry(entry: ArchiveEntry): Promise<void> {
    const draft = newDraft();
    await makeFolder(dirname(draft));
    const file = await createFile(draft);
    try {
      await file.writeFile(entryText(entry));
      await file.sync();
    } finally {
      await file.close();
    }
    await moveInto(draft, entryPath(dir, entry));
  }

  async function keep(draft: string, contentHash: string): Promise<void> {
    const path = bytesPath(dir, contentHash);
    try {
      if (await areWhole(dir, contentHash)) await syncFolder(dirname(path));
      else await moveInto(draft, path);
      kept.add(contentHash);
    } finally {
      await rm(draft, { force: true });
    }
  }

  return {
    prepare: () =>
      guard(async () => {
        await makeFolder(incomingFolder(dir));
        await removeAbandoned(incomingFolder(dir), clock.now().getTime() - ABANDONED_AFTER_MS);
        const probe = newDraft();
        await (await createFile(probe)).close();
        await rm(probe);
      }),
    copying(chunks) {
      const path = newDraft();
      return {
        async *[Symbol.asyncIterator]() {
          const draft = await guard(() => beginDraft(path));
          let whole = false;
          try {
            for await (const chunk of chunks) {
              await guard(() => draft.write(chunk));
              yield chunk;
            }
            await guard(() => draft.finish());
            whole = true;
          } finally {
            // What cannot be removed now is cleared away later; it must not hide why the reading ended.
            if (!whole) await draft.discard().catch(() => undefined);
          }
        },
        keep: (contentHash) => guard(() => keep(path, contentHash)),
      };
    },
    holds: (contentHash) =>
      guard(async () => (kept.has(contentHash) ? isThere(bytesPath(dir, contentHash)) : areWhole(dir, contentHash))),
    enter: (entry) => guard(() => writeEntry(entry)),
  };
}

async function beginDraft(path: string): Promise<GzipDraft> {
  await makeFolder(dirname(path));
  return createGzipDraft(path);
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function removeAbandoned(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Another run may have finished it meanwhile.
    const found = await stat(path).catch(() => null);
    if (found !== null && found.mtimeMs < before) await rm(path, { force: true });
  }
}
