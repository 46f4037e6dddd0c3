import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputsHash } from '../../src/pipelines/compute-tier-split.ts';
import { contentHash, hashed } from '../../src/pipelines/content-hash.ts';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

const chunks = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 });

async function* streamOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

describe('a content hash', () => {
  it('is that of all bytes, however they are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (parts) => {
        expect(await contentHash(streamOf(parts))).toBe(sha256(Buffer.concat(parts)));
      }),
    );
  });

  it('is the same on the way to a reader, who gets every byte', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (parts) => {
        const passing = hashed(streamOf(parts));
        const read: Uint8Array[] = [];
        for await (const chunk of passing) read.push(chunk);
        const whole = Buffer.concat(parts);
        expect(Buffer.concat(read)).toEqual(whole);
        expect({ hash: passing.digest(), bytes: passing.byteCount() }).toEqual({
          hash: sha256(whole),
          bytes: whole.length,
        });
      }),
    );
  });
});

describe("the hash of a tier split's inputs", () => {
  const inputs = ['a', 'b', 'c'].map((letter) => ({ contentHash: letter.repeat(64) }));

  it('is that of their hashes, joined', () => {
    expect(inputsHash(inputs)).toBe(sha256(`${'a'.repeat(64)}${'b'.repeat(64)}${'c'.repeat(64)}`));
  });

  it('tells their order', () => {
    expect(inputsHash([...inputs].reverse())).not.toBe(inputsHash(inputs));
  });
});
