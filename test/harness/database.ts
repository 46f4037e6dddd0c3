import SqliteHandle from 'better-sqlite3';

type Row = Record<string, unknown>;

const VIEWS = ['raw', 'normalized', 'venue_volume', 'venue_share', 'hhi', 'tier_split'];
const CLOCKS = new Set(['captured_at', 'superseded_at']);

/** The rows of a query on a database file; whole numbers come as bigint, so that none is rounded. */
export function query(db: string, sql: string, ...params: unknown[]): Row[] {
  const handle = new SqliteHandle(db, { readonly: true, fileMustExist: true });
  try {
    return handle
      .prepare(sql)
      .safeIntegers(true)
      .all(...params) as Row[];
  } finally {
    handle.close();
  }
}

/** The first value of a query's first row. */
export function value(db: string, sql: string, ...params: unknown[]): unknown {
  return Object.values(query(db, sql, ...params)[0] ?? {})[0];
}

/** Every row of every public view, without clocks, in an order of its own: two stores are equal when these are. */
export function viewContents(db: string): Record<string, string[]> {
  const names = VIEWS.flatMap((name) => [`finra_otc_transparency_${name}`, `finra_otc_transparency_${name}_latest`]);
  return Object.fromEntries(
    [...names, 'core_rejects'].map((name) => [name, query(db, `SELECT * FROM ${name}`).map(withoutClocks).sort()]),
  );
}

/** Whether `PRAGMA integrity_check` and `foreign_key_check` find nothing. */
export function isIntact(db: string): boolean {
  return (
    value(db, 'PRAGMA integrity_check') === 'ok' && query(db, 'SELECT * FROM pragma_foreign_key_check').length === 0
  );
}

function withoutClocks(row: Row): string {
  const kept = Object.entries(row).filter(([name]) => !CLOCKS.has(name) && name !== 'capture_key');
  return JSON.stringify(kept, (_, cell) => (typeof cell === 'bigint' ? `${cell}n` : cell));
}
