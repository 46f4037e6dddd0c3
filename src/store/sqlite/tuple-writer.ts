import type { Database as SqliteHandle } from 'better-sqlite3';

/** What a column takes; a Buffer stays as it is, whatever the column's affinity. */
export type Value = number | string | Buffer | null;

/** Inserts rows into one table, many by one statement, which is what makes it fast. Rows are there after `flush`. */
export interface TupleWriter {
  add(...values: readonly Value[]): void;
  flush(): void;
  /** Forgets the rows that are not there yet. */
  drop(): void;
  /** Rows added so far. */
  count(): number;
}

const ROWS_PER_STATEMENT = 64;

/** A writer into `columns` of `table`; `constants` are whole numbers that every row has in columns of their own. */
export function tupleWriter(
  handle: SqliteHandle,
  table: string,
  columns: readonly string[],
  constants: Readonly<Record<string, number>> = {},
): TupleWriter {
  const insert = (tuples: number) => {
    const tuple = `(${[...Object.values(constants), ...columns.map(() => '?')].join(', ')})`;
    const names = [...Object.keys(constants), ...columns].join(', ');
    return handle.prepare(`INSERT INTO ${table} (${names}) VALUES ${Array(tuples).fill(tuple).join(', ')}`);
  };
  // One array for all statements, filled anew for each.
  const pending: Value[] = Array(ROWS_PER_STATEMENT * columns.length).fill(null);
  let filled = 0;
  let many: ReturnType<typeof insert> | null = null;
  let count = 0;
  return {
    add(...values) {
      for (const value of values) pending[filled++] = value;
      count += 1;
      if (filled < pending.length) return;
      many ??= insert(ROWS_PER_STATEMENT);
      // As arguments: better-sqlite3 takes three times as long to read them from an array.
      many.run(...pending);
      filled = 0;
    },
    flush() {
      if (filled > 0) insert(filled / columns.length).run(...pending.slice(0, filled));
      filled = 0;
    },
    drop() {
      filled = 0;
    },
    count: () => count,
  };
}
