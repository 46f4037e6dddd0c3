import type { Column } from './columns.ts';

/** Where each column of a file stands, read from its header line. */
export interface SourceLayout {
  /** FINRA's own pipe-delimited form, or ordinary CSV. */
  readonly form: 'finra' | 'csv';
  /** Index of each known column in a row's fields; absent columns are missing from the map. */
  readonly columns: ReadonlyMap<Column, number>;
  /** Header names this program does not know, in order. */
  readonly unknownColumns: readonly string[];
  /** Whether a row's text is its official fields joined by `|`, so that it need not be kept beside them. */
  readonly rebuildable: boolean;
}

/** One data row as the source wrote it. */
export interface SourceRow {
  /** Physical line the row starts on; the header of a file without blank lines is line 1. */
  readonly lineNumber: number;
  /** One text per header column, untrimmed; null for a row that cannot be split into them. */
  readonly fields: readonly string[] | null;
  /** The row's text without its line end; null where the fields rebuild it (`SourceLayout.rebuildable`). */
  readonly text: string | null;
}

/** A source's bytes, read as far as the header; `rows` reads on, in batches. */
export interface ParsedSource {
  readonly layout: SourceLayout;
  readonly rows: AsyncIterable<readonly SourceRow[]>;
}
