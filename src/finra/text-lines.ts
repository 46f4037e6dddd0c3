import { isUtf8 } from 'node:buffer';
import { PartitionError } from '../domain/errors.ts';

/** Whole lines of a source, as text; only a source's last block may lack the final line end. */
export interface TextBlock {
  readonly text: string;
  /** Lines, 0 being the block's first, whose bytes are not UTF-8 or hold a NUL: their text is not what was sent. */
  readonly damaged: ReadonlySet<number>;
}

/** The longest line, or quoted record, that is read: no real one comes near, and memory stays bounded by it. */
export const MAX_LINE_LENGTH = 1024 * 1024;

// Some 300 of FINRA's rows: enough to make a batch worth its overhead, little enough that they are gone before the garbage
// collector would have to move them.
const BLOCK_BYTES = 32 * 1024;

const LINE_FEED = 10;

const NO_LINES: ReadonlySet<number> = new Set();

/**
 * Cuts `chunks` into blocks of whole lines, about 32 kB each or one longer line; the last block may end without a line
 * end. A block may be a view on its chunk: use it before asking for the next. Throws `line_too_long`.
 */
export async function* lineBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  // The start of a line whose end has not come yet, in pieces: joined once, however many chunks the line spans.
  let pieces: Buffer[] = [];
  let pieceBytes = 0;
  let position = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let start = 0; start < bytes.length; ) {
      const window = bytes.subarray(start, start + BLOCK_BYTES);
      const firstEnd = window.indexOf(LINE_FEED);
      if (pieceBytes + (firstEnd === -1 ? window.length : firstEnd) > MAX_LINE_LENGTH) {
        throw lineTooLong(`the line that starts at byte ${position + start - pieceBytes}`);
      }
      const whole = window.subarray(0, window.lastIndexOf(LINE_FEED) + 1);
      if (whole.length === 0) {
        pieces.push(Buffer.from(window));
        pieceBytes += window.length;
        start += window.length;
        continue;
      }
      yield pieces.length === 0 ? whole : Buffer.concat([...pieces, whole]);
      pieces = [];
      pieceBytes = 0;
      start += whole.length;
    }
    position += bytes.length;
  }
  if (pieces.length > 0) yield Buffer.concat(pieces);
}

/** A block's text, with the lines marked that it cannot be trusted for. */
export function decodeLines(bytes: Buffer): TextBlock {
  const text = bytes.toString('utf8');
  return { text, damaged: isSound(bytes) ? NO_LINES : damagedLines(bytes) };
}

/** The refusal of a line or record that is too long to be held in memory; `where` names it. */
export function lineTooLong(where: string): PartitionError {
  return new PartitionError({
    code: 'line_too_long',
    message: `${where} is longer than ${MAX_LINE_LENGTH} bytes`,
    hint: 'look for missing line ends or a quote that is never closed, and fetch the file again',
  });
}

/** Bytes of the first line of `bytes`, its line end included. */
export function lineLength(bytes: Buffer): number {
  const end = bytes.indexOf(LINE_FEED);
  return end === -1 ? bytes.length : end + 1;
}

function isSound(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

function damagedLines(bytes: Buffer): ReadonlySet<number> {
  const damaged = new Set<number>();
  let rest = bytes;
  for (let line = 0; rest.length > 0; line++) {
    const length = lineLength(rest);
    if (!isSound(rest.subarray(0, length))) damaged.add(line);
    rest = rest.subarray(length);
  }
  return damaged;
}
