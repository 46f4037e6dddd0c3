import { PartitionError } from '../domain/errors.ts';
import { COLUMNS, type Column, OFFICIAL_HEADER } from './columns.ts';
import { parseCsv } from './csv-text.ts';
import type { SourceLayout } from './source-row.ts';

/** A source's header line, understood. */
export interface Header {
  readonly layout: SourceLayout;
  /** How many fields a row must have: the header's columns, unknown ones included. */
  readonly width: number;
}

/** Columns without which no row can be normalised (DESIGN section 4, "Ingest"); of a group, one is enough. */
const REQUIRED: readonly (readonly Column[])[] = [
  ['tierDescription', 'tierIdentifier'],
  ['issueSymbolIdentifier'],
  ['issueName'],
  ['marketParticipantName'],
  ['MPID'],
  ['totalWeeklyShareQuantity'],
  ['totalWeeklyTradeCount'],
  ['lastUpdateDate'],
];

const BY_LOWER_CASE_NAME: ReadonlyMap<string, Column> = new Map(
  COLUMNS.map((column) => [column.toLowerCase(), column]),
);

const HEADER_HINT =
  "FINRA's header names are expected, separated by `|` without quotes or by `,`; download the file again, or restore its header";

/**
 * Reads a header line, which also tells the two forms apart (DESIGN section 4, "Ingest"). Names match whatever their
 * case. Throws `malformed_header`, `duplicate_column`, and `missing_columns` naming all that are missing.
 */
export function readHeader(line: string): Header {
  const bars = line.split('|');
  const form = bars.length > 1 && bars.some((name) => knownColumn(name) !== undefined) ? 'finra' : 'csv';
  const names = (form === 'finra' ? bars : csvNames(line)).map((name) => name.trim());
  const columns = knownColumns(names);
  refuseMissing(columns);
  const layout: SourceLayout = {
    form,
    columns,
    unknownColumns: names.filter((name) => name !== '' && knownColumn(name) === undefined),
    rebuildable: form === 'finra' && isOfficial(names),
  };
  return { layout, width: names.length };
}

function knownColumn(name: string): Column | undefined {
  return BY_LOWER_CASE_NAME.get(name.trim().toLowerCase());
}

function csvNames(line: string): readonly string[] {
  const parsed = parseCsv(line);
  const [names] = parsed.status === 'ok' ? parsed.records : [];
  if (names !== undefined) return names;
  throw new PartitionError({
    code: 'malformed_header',
    message: 'the header line has a quote that is misplaced or not closed',
    hint: HEADER_HINT,
  });
}

function knownColumns(names: readonly string[]): ReadonlyMap<Column, number> {
  const columns = new Map<Column, number>();
  for (const [index, name] of names.entries()) {
    const column = knownColumn(name);
    if (column === undefined) continue;
    if (columns.has(column)) {
      throw new PartitionError({
        code: 'duplicate_column',
        message: `the header names the column ${column} twice`,
        hint: 'remove one of the two columns; which one holds the figures is not guessed at',
      });
    }
    columns.set(column, index);
  }
  return columns;
}

function refuseMissing(columns: ReadonlyMap<Column, number>): void {
  const missing = REQUIRED.filter((group) => !group.some((column) => columns.has(column)));
  if (missing.length === 0) return;
  const named = missing.map((group) => group.join(' or ')).join(', ');
  throw new PartitionError({
    code: 'missing_columns',
    message: `the header lacks ${missing.length === 1 ? 'the column' : 'the columns'} ${named}`,
    hint: HEADER_HINT,
  });
}

function isOfficial(names: readonly string[]): boolean {
  return (
    names.length === OFFICIAL_HEADER.length &&
    OFFICIAL_HEADER.every((column, index) => knownColumn(names[index] ?? '') === column)
  );
}
