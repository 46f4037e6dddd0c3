import { PartitionError } from '../domain/errors.ts';
import { csvRows } from './csv-form.ts';
import { finraRows } from './finra-form.ts';
import { type Header, readHeader } from './header.ts';
import type { ParsedSource, SourceRow } from './source-row.ts';
import { decodeLines, lineBlocks, lineLength, MAX_LINE_LENGTH, type TextBlock } from './text-lines.ts';

type LineBlocks = ReturnType<typeof lineBlocks>;

/** The header line, and what follows it in its block. */
interface Head {
  readonly line: string;
  readonly lineNumber: number;
  readonly rest: TextBlock;
}

/** What a UTF-16 file opens with, little and big endian. */
const UTF_16_MARKS = [Buffer.of(0xff, 0xfe), Buffer.of(0xfe, 0xff)];

/**
 * Reads a source as far as its header (DESIGN section 4, "Ingest"); `rows` then reads on, in batches of some
 * hundred rows of ordinary length, or of none, with bounded memory. Iterate `rows` in any case: that is what closes `chunks`.
 * Texts of rows are views on the batch's text; copy what outlives it.
 *
 * Throws a `PartitionError`: at once `empty_file`, `no_header`, `not_utf8`, `malformed_header`, `missing_columns` or
 * `duplicate_column`; while the rows are read `truncated_file`, `too_many_malformed_rows` or `no_rows`; at any time
 * `line_too_long`.
 */
export async function parseSource(chunks: AsyncIterable<Uint8Array>): Promise<ParsedSource> {
  const blocks = lineBlocks(chunks);
  try {
    const head = await readHead(blocks);
    const header = readHeader(head.line);
    return { layout: header.layout, rows: readRows(header, textBlocks(head.rest, blocks), head.lineNumber + 1) };
  } catch (error) {
    await blocks.return();
    throw error;
  }
}

// The header is the first line that is not blank. `trim` also takes a byte order mark away.
async function readHead(blocks: LineBlocks): Promise<Head> {
  let lineNumber = 0;
  let blankBytes = 0;
  for (let block = await blocks.next(); block.done !== true; block = await blocks.next()) {
    let rest = block.value;
    while (rest.length > 0) {
      const lineBytes = rest.subarray(0, lineLength(rest));
      const { text, damaged } = decodeLines(lineBytes);
      if (damaged.size > 0) throw notUtf8(lineBytes);
      rest = rest.subarray(lineBytes.length);
      lineNumber++;
      const line = text.trim();
      if (line !== '') return { line, lineNumber, rest: decodeLines(rest) };
      blankBytes += lineBytes.length;
      if (blankBytes > MAX_LINE_LENGTH) throw noHeader();
    }
  }
  throw new PartitionError({
    code: 'empty_file',
    message: 'the file is empty',
    hint: 'fetch the file again',
  });
}

// Whoever stops at the first block has not begun the others, which must be closed all the same.
async function* textBlocks(first: TextBlock, others: LineBlocks): AsyncGenerator<TextBlock, void, undefined> {
  try {
    yield first;
    for await (const bytes of others) yield decodeLines(bytes);
  } finally {
    await others.return();
  }
}

async function* readRows(
  header: Header,
  blocks: AsyncIterable<TextBlock>,
  firstLine: number,
): AsyncGenerator<SourceRow[]> {
  const { form } = header.layout;
  const batches = form === 'finra' ? finraRows(blocks, header, firstLine) : csvRows(blocks, header.width, firstLine);
  let empty = true;
  for await (const batch of batches) {
    if (batch.length > 0) empty = false;
    yield batch;
  }
  if (!empty) return;
  throw new PartitionError({
    code: 'no_rows',
    message: 'the file holds a header and no rows',
    hint: 'fetch the file again; a week without any trade is not to be expected',
  });
}

function noHeader(): PartitionError {
  return new PartitionError({
    code: 'no_header',
    message: `the first ${MAX_LINE_LENGTH} bytes are blank lines`,
    hint: 'fetch the file again',
  });
}

function notUtf8(headerLine: Buffer): PartitionError {
  const isUtf16 = UTF_16_MARKS.some((mark) => headerLine.subarray(0, mark.length).equals(mark));
  return new PartitionError({
    code: 'not_utf8',
    message: isUtf16 ? 'the file is UTF-16 text, not UTF-8' : 'the header line is not UTF-8 text',
    hint: 'save the file as plain UTF-8 text, neither compressed nor a spreadsheet',
  });
}
