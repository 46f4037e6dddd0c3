import { type BrokenQuote, fieldCount } from './csv-text.ts';
import { cutLine } from './row-faults.ts';
import { lineTooLong, MAX_LINE_LENGTH, type TextBlock } from './text-lines.ts';

/** One physical line. A quoted field may hold line ends, so a record may span several. */
export interface Line {
  readonly number: number;
  /** Without its line feed; a carriage return stays, since a quoted field may hold it. */
  readonly text: string;
  readonly damaged: boolean;
  readonly ended: boolean;
}

/** One record as it stands in the file. */
export interface CsvRecord {
  /** The line it starts on. */
  readonly lineNumber: number;
  readonly text: string;
  /** Whether it can be split into the header's columns. */
  readonly isRow: boolean;
}

/** The records in some lines, and the lines of a record whose quote is still open at their end. */
export interface CutLines {
  readonly records: readonly CsvRecord[];
  readonly open: Line[];
}

/** The lines of a block, the first of which is line `firstLine` of the file. */
export function linesOf({ text, damaged }: TextBlock, firstLine: number): Line[] {
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

/**
 * Cuts lines into records; blank lines are none. A line that is no row of `width` fields, be it for its quotes, is a
 * record by itself. Throws `truncated_file` for a last line that ends too early, and `line_too_long`.
 */
export function cutRecords(lines: readonly Line[], width: number): CutLines {
  const records: CsvRecord[] = [];
  let index = 0;
  for (let first = lines[0]; first !== undefined; first = lines[index]) {
    const count = countFields([first]);
    if (count !== 'open') {
      if (!isBlank(first)) records.push(singleLine(first, count, width));
      index++;
      continue;
    }
    const closing = nextToggling(lines, index + 1);
    if (closing === -1) return { records, open: lines.slice(index) };
    const spanned = lines.slice(index, closing + 1);
    refuseTooLong(spanned);
    // A stray quote must not cost the lines after it: unless they make a whole row, its own line is taken alone.
    const isRow = countFields(spanned) === width;
    records.push({ lineNumber: first.number, text: textOf(isRow ? spanned : [first]), isRow });
    index += isRow ? spanned.length : 1;
  }
  return { records, open: [] };
}

/** Whether an odd number of quotes turns what is outside of quotes before the line into inside after it, or back. */
export function togglesQuote({ text }: Line): boolean {
  let toggles = false;
  for (let quote = text.indexOf('"'); quote !== -1; quote = text.indexOf('"', quote + 1)) toggles = !toggles;
  return toggles;
}

/** Throws `line_too_long` for a record whose lines are longer together than any one line may be. */
export function refuseTooLong(record: readonly Line[]): void {
  const length = record.reduce((sum, line) => sum + line.text.length + 1, 0);
  if (length > MAX_LINE_LENGTH) throw lineTooLong(`the record that starts on line ${record[0]?.number}`);
}

function singleLine(line: Line, count: number | BrokenQuote, width: number): CsvRecord {
  if (!line.ended && typeof count === 'number' && count < width) throw cutLine(line.number, count, width);
  return { lineNumber: line.number, text: textOf([line]), isRow: count === width };
}

function countFields(lines: readonly Line[]): number | BrokenQuote {
  return lines.some((line) => line.damaged) ? 'misplaced' : fieldCount(textOf(lines));
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
