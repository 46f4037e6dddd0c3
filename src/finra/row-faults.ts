import { PartitionError } from '../domain/errors.ts';
import type { SourceRow } from './source-row.ts';

/** A row that cannot be split into the header's columns; its line and text are kept for the reject. */
export function malformedRow(lineNumber: number, text: string): SourceRow {
  return { lineNumber, fields: null, text };
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
