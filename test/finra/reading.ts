import { OFFICIAL_HEADER } from '../../src/finra/columns.ts';
import { parseSource } from '../../src/finra/parse-source.ts';
import type { SourceLayout, SourceRow } from '../../src/finra/source-row.ts';

/** The header line of FINRA's own files. */
export const OFFICIAL = OFFICIAL_HEADER.join('|');

/** The same columns as ordinary CSV. */
export const CSV = OFFICIAL_HEADER.join(',');

/** A text or its bytes in chunks of `size` bytes that share one buffer, as the sources hand them out. */
export async function* chunksOf(content: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  const shared = Buffer.alloc(size);
  for (let start = 0; start < bytes.length; start += size) {
    const count = bytes.copy(shared, 0, start, start + size);
    yield shared.subarray(0, count);
  }
}

/** Everything that is read from `content`. */
export async function readAll(
  content: string | Uint8Array,
  chunkBytes = 1 << 20,
): Promise<{ readonly layout: SourceLayout; readonly rows: SourceRow[] }> {
  const { layout, rows } = await parseSource(chunksOf(content, chunkBytes));
  const all: SourceRow[] = [];
  for await (const batch of rows) all.push(...batch);
  return { layout, rows: all };
}

/** `lines` with a line end after each. */
export function textOf(...lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
