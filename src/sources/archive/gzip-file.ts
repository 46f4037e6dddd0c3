import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { createFile } from './durable-files.ts';

const compress = promisify(gzip);

// Chunks are gathered to members of this size: a gzip file may hold many, and each is compressed at one go.
const MEMBER_BYTES = 1024 * 1024;

/** A gzip file that is being written. */
export interface GzipDraft {
  /** Takes a copy of `chunk`. */
  write(chunk: Uint8Array): Promise<void>;
  /** Writes what is left and syncs the file. */
  finish(): Promise<void>;
  /** Gives the file up and removes it. */
  discard(): Promise<void>;
}

/** Begins a gzip file at `path`, where none may be yet. Memory stays bounded by a member. */
export async function createGzipDraft(path: string): Promise<GzipDraft> {
  const file = await createFile(path);
  let gathered: Buffer[] = [];
  let bytes = 0;

  async function flush(): Promise<void> {
    const member = await compress(Buffer.concat(gathered));
    gathered = [];
    bytes = 0;
    await file.appendFile(member);
  }

  return {
    async write(chunk) {
      gathered.push(Buffer.from(chunk));
      bytes += chunk.byteLength;
      if (bytes >= MEMBER_BYTES) await flush();
    },
    async finish() {
      await flush();
      await file.sync();
      await file.close();
    },
    async discard() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
