import { type CsvText, parseCsv } from './csv-text.ts';
import { cutLine, malformedRow, truncatedFile } from './row-faults.ts';
import type { SourceRow } from './source-row.ts';
import { lineTooLong, MAX_LINE_LENGTH, type TextBlock } from './text-lines.ts';

/** One physical line. A quoted field may hold line ends, so a record may span several. */
interface Line {
  readonly number: number;
  /** Without its line feed; a carriage return stays, since a quoted field may hold it. */
  readonly text: string;
  readonly damaged: boolean;
  readonly ended: boolean;
}

/** The rows read from some lines, and the lines of a record whose quote is still open at their end. */
interface Reading {
  readonly rows: SourceRow[];
  readonly open: Line[];
}

/**
 * The rows of ordinary CSV, a batch per block, split into `width` fields by csv-parse. A row with a misplaced quote is
 * malformed, and reading goes on with the line after it.
 */
export async function* csvRows(
  blocks: AsyncIterable<TextBlock>,
  width: number,
  firstLine: number,
): AsyncGenerator<SourceRow[], void, undefined> {
  let line = firstLine;
  let open: Line[] = [];
  for await (const block of blocks) {
    const lines = linesOf(block, line);
    line += lines.length;
    if (open.length > 0 && !lines.some(togglesQuote)) {
      for (const held of lines) open.push(held);
    } else {
      const reading = readLines([...open, ...lines], width);
      open = reading.open;
      yield reading.rows;
    }
    refuseTooLong(open);
  }
  const [opening] = open;
  if (opening !== undefined)
    throw truncatedFile(`a quote opened in the record on line ${opening.number} is never closed`);
}

function linesOf({ text, damaged }: TextBlock, firstLine: number): Line[] {
  const texts = text.split('\n');
  const ended = texts.at(-1) === '';
  if (ended) texts.pop();
  return texts.map((line, index) => ({
    number: firstLine + index,
    text: line,
    damaged: damaged.has(index),
    ended: ended || index < texts.length - 1,
  }));
}

function readLines(lines: readonly Line[], width: number): Reading {
  const rows = readTogether(lines, width);
  return rows === null ? readOneByOne(lines, width) : { rows, open: [] };
}

// The usual case, at a fraction of the cost: each record is one line. As many records as lines means just that, since a
// record takes at least one line. Null when it is not so, or a quote is misplaced.
function readTogether(lines: readonly Line[], width: number): SourceRow[] | null {
  const filled = lines.filter((line) => !isBlank(line));
  const sound = filled.filter((line) => !line.damaged);
  const parsed = parseCsv(textOf(sound));
  if (parsed.status !== 'ok' || parsed.records.length !== sound.length) return null;
  const records = parsed.records.values();
  return filled.map((line) => rowOf(line, [line], line.damaged ? undefined : records.next().value, width));
}

function readOneByOne(lines: readonly Line[], width: number): Reading {
  const rows: SourceRow[] = [];
  let index = 0;
  for (let first = lines[0]; first !== undefined; first = lines[index]) {
    const alone = parseRecord([first]);
    if (alone.status !== 'open') {
      if (!isBlank(first)) rows.push(rowOf(first, [first], fieldsOf(alone), width));
      index++;
      continue;
    }
    const closing = nextToggling(lines, index + 1);
    if (closing === -1) return { rows, open: lines.slice(index) };
    const record = lines.slice(index, closing + 1);
    refuseTooLong(record);
    const fields = fieldsOf(parseRecord(record));
    // A stray quote must not cost the lines after it: unless they make a whole row, only its own line is malformed.
    const isRow = fields?.length === width;
    rows.push(rowOf(first, isRow ? record : [first], isRow ? fields : undefined, width));
    index += isRow ? record.length : 1;
  }
  return { rows, open: [] };
}

function parseRecord(lines: readonly Line[]): CsvText {
  return lines.some((line) => line.damaged) ? { status: 'malformed' } : parseCsv(textOf(lines));
}

function fieldsOf(record: CsvText): readonly string[] | undefined {
  return record.status === 'ok' ? record.records[0] : undefined;
}

function rowOf(first: Line, record: readonly Line[], fields: readonly string[] | undefined, width: number): SourceRow {
  const text = textOf(record);
  if (fields?.length === width) return { lineNumber: first.number, fields, text };
  const cutOff = fields !== undefined && fields.length < width && record.at(-1)?.ended === false;
  if (cutOff) throw cutLine(first.number, fields.length, width);
  return malformedRow(first.number, text);
}

function textOf(lines: readonly Line[]): string {
  const text = lines.map((line) => line.text).join('\n');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function isBlank(line: Line): boolean {
  return line.text.trim() === '';
}

function nextToggling(lines: readonly Line[], from: number): number {
  for (let index = from; index < lines.length; index++) {
    const line = lines[index];
    if (line !== undefined && togglesQuote(line)) return index;
  }
  return -1;
}

// An odd number of quotes: what was outside of quotes before the line is inside after it, and the other way round.
function togglesQuote({ text }: Line): boolean {
  let toggles = false;
  for (let quote = text.indexOf('"'); quote !== -1; quote = text.indexOf('"', quote + 1)) toggles = !toggles;
  return toggles;
}

function refuseTooLong(record: readonly Line[]): void {
  const length = record.reduce((sum, line) => sum + line.text.length + 1, 0);
  if (length > MAX_LINE_LENGTH) throw lineTooLong(`the record that starts on line ${record[0]?.number}`);
}
