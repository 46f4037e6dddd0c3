import { PartitionError } from '../domain/errors.ts';
import type { SourceRow } from './source-row.ts';

// A week of FINRA's has some 30,000 rows in a tier. A junk file of short lines could have a hundred million, each of
// which would be stored, rejected and looked at before the gates refuse it.
const MOST_MALFORMED_ROWS = 100_000;

/** Makes a row of what cannot be split into the header's columns; its line and text are kept for the reject. */
export type MalformedRow = (lineNumber: number, text: string) => SourceRow;

/** The malformed rows of one source. Making one too many throws `too_many_malformed_rows`. */
export function malformedRows(): MalformedRow {
  let [count, firstLine] = [0, 0];
  return (lineNumber, text) => {
    if (count === 0) firstLine = lineNumber;
    if (count === MOST_MALFORMED_ROWS) throw tooManyMalformed(firstLine);
    count++;
    return { lineNumber, fields: null, text };
  };
}

function tooManyMalformed(firstLine: number): PartitionError {
  return new PartitionError({
    code: 'too_many_malformed_rows',
    message: `more than ${MOST_MALFORMED_ROWS} rows cannot be split into the header's columns, the first on line ${firstLine}`,
    hint: "fetch the file again: it is not FINRA's, or damaged",
  });
}

/** The source ends inside a record (DESIGN section 4, "Ingest"); `what` says how that shows. */
export function truncatedFile(what: string): PartitionError {
  return new PartitionError({
    code: 'truncated_file',
    message: `the file is cut off: ${what}`,
    hint: 'fetch the file again, and move it into the folder only when it is complete',
  });
}

/** The last line ends too early: too few fields, and no line end. */
export function cutLine(lineNumber: number, found: number, width: number): PartitionError {
  return truncatedFile(`line ${lineNumber}, the last, has ${found} of ${width} fields and no line end`);
}
