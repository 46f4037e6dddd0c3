import type { Header } from './header.ts';
import { cutLine, type MalformedRow, malformedRows } from './row-faults.ts';
import type { SourceRow } from './source-row.ts';
import type { TextBlock } from './text-lines.ts';

const CARRIAGE_RETURN = 13;

/** The rows of FINRA's own form, a batch per block; fields are what stands between the bars, quotes included. */
export async function* finraRows(
  blocks: AsyncIterable<TextBlock>,
  header: Header,
  firstLine: number,
): AsyncGenerator<SourceRow[], void, undefined> {
  const malformedRow = malformedRows();
  let line = firstLine;
  for await (const block of blocks) {
    const { rows, lineCount } = scanBlock(block, header, line, malformedRow);
    line += lineCount;
    yield rows;
  }
}

// Steps from bar to bar with `indexOf`, which searches natively. `bar` is the next bar at or after the current place, so
// that the text is searched once, whatever its lines look like.
function scanBlock(
  { text, damaged }: TextBlock,
  { layout, width }: Header,
  firstLine: number,
  malformedRow: MalformedRow,
) {
  const rows: SourceRow[] = [];
  let lineNumber = firstLine;
  let bar = nextOf('|', text, 0);
  for (let start = 0; start < text.length; lineNumber++) {
    const lineEnd = nextOf('\n', text, start);
    const end = lineEnd > start && text.charCodeAt(lineEnd - 1) === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    const fields: string[] = [];
    let from = start;
    while (bar < end && fields.length < width) {
      fields.push(text.slice(from, bar));
      from = bar + 1;
      bar = nextOf('|', text, from);
    }
    if (bar < end) bar = nextOf('|', text, end);
    fields.push(text.slice(from, end));

    if (fields.length === width && !damaged.has(lineNumber - firstLine)) {
      rows.push({ lineNumber, fields, text: layout.rebuildable ? null : text.slice(start, end) });
    } else if (text.slice(start, end).trim() !== '') {
      if (fields.length < width && lineEnd === text.length) throw cutLine(lineNumber, fields.length, width);
      rows.push(malformedRow(lineNumber, text.slice(start, end)));
    }
    start = lineEnd + 1;
  }
  return { rows, lineCount: lineNumber - firstLine };
}

function nextOf(mark: string, text: string, from: number): number {
  const index = text.indexOf(mark, from);
  return index === -1 ? text.length : index;
}
