import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PartitionError } from '../../domain/errors.ts';
import { systemCode } from '../file-errors.ts';
import { bytesDamaged, bytesMissing, entryDamaged, readFault } from './archive-errors.ts';
import { type ArchiveEntry, readEntry } from './entry.ts';
import { bytesPath, type EntryName, entryPath } from './layout.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * The archived bytes of `contentHash`, of which none is handed out before all of them were found to have that hash:
 * what reads damaged bytes must not be the one to say what is wrong with them. Throws a `PartitionError`:
 * `archive_bytes_missing`, `archive_bytes_damaged` or `archive_read_failed`.
 */
export async function* readBytes(dir: string, contentHash: string): AsyncGenerator<Uint8Array, void, undefined> {
  await checkBytes(dir, contentHash);
  yield* unpackedBytes(dir, contentHash);
}

/** Whether the archive has the bytes of `contentHash`, can read them, and finds them to have that hash. */
export async function areWhole(dir: string, contentHash: string): Promise<boolean> {
  try {
    await checkBytes(dir, contentHash);
    return true;
  } catch (error) {
    if (error instanceof PartitionError) return false;
    throw error;
  }
}

async function checkBytes(dir: string, contentHash: string): Promise<void> {
  const chunks = unpackedBytes(dir, contentHash);
  while ((await chunks.next()).done !== true);
}

async function* unpackedBytes(dir: string, contentHash: string): AsyncGenerator<Uint8Array, void, undefined> {
  const path = bytesPath(dir, contentHash);
  const file = await open(path, 'r').catch((error: unknown) => {
    throw systemCode(error) === 'ENOENT' ? bytesMissing(contentHash) : readFault(error, path);
  });
  const hash = createHash('sha256');
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  // An error of either stream reaches whoever reads the last one.
  pipeline(file.createReadStream({ highWaterMark: CHUNK_BYTES }), unpacked, () => undefined);
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    throw code.startsWith('Z_')
      ? bytesDamaged(contentHash, `they cannot be unpacked (${code})`, error)
      : readFault(error, path);
  }
  const actual = hash.digest('hex');
  if (actual !== contentHash) throw bytesDamaged(contentHash, `their hash is ${actual}`);
}

/** An entry of the archive. Throws a `PartitionError`: `archive_read_failed` or `archive_entry_damaged`. */
export async function loadEntry(dir: string, name: EntryName): Promise<ArchiveEntry> {
  const path = entryPath(dir, name);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw readFault(error, path);
  });
  const entry = readEntry(name, text);
  if (entry === null) throw entryDamaged(path);
  return entry;
}
