import { type CsvRecord, cutRecords, type Line, linesOf, refuseTooLong, togglesQuote } from './csv-records.ts';
import { splitRecords } from './csv-text.ts';
import { type MalformedRow, malformedRows, truncatedFile } from './row-faults.ts';
import type { SourceRow } from './source-row.ts';
import type { TextBlock } from './text-lines.ts';

/** The rows of ordinary CSV, a batch per block, each with `width` fields and its text. */
export async function* csvRows(
  blocks: AsyncIterable<TextBlock>,
  width: number,
  firstLine: number,
): AsyncGenerator<SourceRow[], void, undefined> {
  const malformedRow = malformedRows();
  let lineNumber = firstLine;
  // The lines of a record whose quote is open where the block ends; they wait for the line that closes it.
  let open: Line[] = [];
  for await (const block of blocks) {
    const lines = linesOf(block, lineNumber);
    lineNumber += lines.length;
    if (open.length > 0 && !lines.some(togglesQuote)) {
      for (const line of lines) open.push(line);
    } else {
      const cut = cutRecords([...open, ...lines], width);
      open = cut.open;
      yield rowsOf(cut.records, malformedRow);
    }
    refuseTooLong(open);
  }
  const [first] = open;
  if (first !== undefined) throw truncatedFile(`a quote opened in the record on line ${first.number} is never closed`);
}

function rowsOf(records: readonly CsvRecord[], malformedRow: MalformedRow): SourceRow[] {
  const split = splitRecords(records.filter(({ isRow }) => isRow).map(({ text }) => text)).values();
  return records.map(({ lineNumber, text, isRow }) => {
    const fields = isRow ? split.next().value : undefined;
    return fields === undefined ? malformedRow(lineNumber, text) : { lineNumber, fields, text };
  });
}
