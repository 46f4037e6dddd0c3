import type { FigureRow, FigureTable } from '../store/figures.ts';

/** How one set of figures of a capture differs from what its bytes give; rows are counted, the first few named. */
export interface FigureDifference {
  readonly table: string;
  /** Stored, and not in the bytes. */
  readonly surplus: number;
  /** In the bytes, and not stored. */
  readonly missing: number;
  /** On both sides, with other values. */
  readonly changed: number;
  readonly examples: readonly string[];
}

const EXAMPLES = 3;

// Sums of fractions depend on their order, which differs between databases, in the last digits of a double.
const TOLERANCE = 1e-12;

/** Rows in the order of their table's key, in batches. */
export type FigureRows = AsyncIterable<readonly FigureRow[]>;

/** Compares two sets of rows, holding a batch of each at a time. Null when they are equal. */
export async function compareFigures(
  table: FigureTable,
  stored: FigureRows,
  derived: FigureRows,
): Promise<FigureDifference | null> {
  const counts = { surplus: 0, missing: 0, changed: 0 };
  const examples: string[] = [];
  for await (const { kind, row } of differences(table, stored, derived)) {
    counts[kind] += 1;
    if (examples.length < EXAMPLES) examples.push(`${kind} ${nameOf(table, row)}`);
  }
  return examples.length === 0 ? null : { table: table.name, ...counts, examples };
}

function nameOf({ key }: FigureTable, row: FigureRow): string {
  return key
    .map((name) => row[name])
    .filter((part) => part !== '')
    .join(' | ');
}

type Kind = 'surplus' | 'missing' | 'changed';

async function* differences(
  table: FigureTable,
  stored: FigureRows,
  derived: FigureRows,
): AsyncGenerator<{ kind: Kind; row: FigureRow }> {
  const ours = cursorOver(stored);
  const theirs = cursorOver(derived);
  try {
    for (;;) {
      if (ours.isSpent()) await ours.refill();
      if (theirs.isSpent()) await theirs.refill();
      const [left, right] = [ours.row(), theirs.row()];
      const row = left ?? right;
      if (row === null) return;
      const order = orderOf(table, left, right);
      if (order < 0) yield { kind: 'surplus', row };
      else if (order > 0) yield { kind: 'missing', row: right ?? row };
      else if (!sameValues(table, left ?? row, right ?? row)) yield { kind: 'changed', row };
      if (order <= 0) ours.advance();
      if (order >= 0) theirs.advance();
    }
  } finally {
    await ours.close();
    await theirs.close();
  }
}

// Rows are stepped through without waiting: only a new batch is waited for.
function cursorOver(rows: FigureRows) {
  const iterator = rows[Symbol.asyncIterator]();
  let batch: readonly FigureRow[] = [];
  let index = 0;
  let ended = false;
  return {
    row: () => batch[index] ?? null,
    advance: () => {
      index += 1;
    },
    isSpent: () => index >= batch.length && !ended,
    async refill() {
      const next = await iterator.next();
      ended = next.done === true;
      batch = next.done === true ? [] : next.value;
      index = 0;
    },
    close: async () => iterator.return?.(),
  };
}

// A side that has ended comes after every row of the other.
function orderOf({ key }: FigureTable, left: FigureRow | null, right: FigureRow | null): number {
  if (left === null || right === null) return left === null ? 1 : -1;
  for (const name of key) {
    const [a, b] = [left[name] ?? null, right[name] ?? null];
    if (a === b) continue;
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    // As the database orders texts: by their bytes.
    return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  }
  return 0;
}

function sameValues({ texts, numbers }: FigureTable, left: FigureRow, right: FigureRow): boolean {
  return (
    texts.every((name) => left[name] === right[name]) && numbers.every((name) => sameNumber(left[name], right[name]))
  );
}

// Whole numbers are compared digit by digit, fractions as doubles.
function sameNumber(left: FigureRow[string] | undefined, right: FigureRow[string] | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  if (/^-?\d+$/.test(left) && /^-?\d+$/.test(right)) return false;
  const [a, b] = [Number(left), Number(right)];
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
