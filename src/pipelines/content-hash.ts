import { createHash } from 'node:crypto';

/** Bytes on their way to the parser, hashed and counted as they pass: what is hashed is what is parsed. */
export interface HashedChunks extends AsyncIterable<Uint8Array> {
  /** SHA-256 (64 hex) of all bytes that passed; call it once, after the last. */
  digest(): string;
  byteCount(): number;
}

/** `chunks`, hashed on the way (DESIGN section 1, "content hash"). */
export function hashed(chunks: AsyncIterable<Uint8Array>): HashedChunks {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    },
    digest: () => hash.digest('hex'),
    byteCount: () => bytes,
  };
}

/** The content hash of `chunks`, read to the end and kept nowhere. */
export async function contentHash(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
