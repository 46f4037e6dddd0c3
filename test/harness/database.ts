import SqliteHandle from 'better-sqlite3';

type Row = Record<string, unknown>;

/** The public views, without their prefix; each has a `_latest` twin. */
export const VIEWS = ['raw', 'normalized', 'venue_volume', 'venue_share', 'hhi', 'tier_split'] as const;

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

/** Changes a database file, as somebody else might. */
export function execute(db: string, sql: string): void {
  const handle = new SqliteHandle(db, { fileMustExist: true });
  try {
    handle.exec(sql);
  } finally {
    handle.close();
  }
}

/** Every row of every public view, without clocks, in an order of its own: two stores are equal when these are. */
export function viewContents(db: string): Record<string, string[]> {
  const names = VIEWS.flatMap((name) => [`finra_otc_transparency_${name}`, `finra_otc_transparency_${name}_latest`]);
  return Object.fromEntries(
    [...names, 'core_rejects'].map((name) => [name, query(db, `SELECT * FROM ${name}`).map(withoutClocks).sort()]),
  );
}

/** Every row of every view with history as it was at an instant, but for `superseded_at`, which may be set later. */
export function asOf(db: string, instant: string): Record<string, string[]> {
  const condition = 'captured_at <= ? AND (superseded_at IS NULL OR superseded_at > ?)';
  return historyOf(db, condition, instant, instant);
}

/** Every row of every view with history that was made from one capture, but for `superseded_at`. */
export function rowsOfCapture(db: string, captureId: string): Record<string, string[]> {
  return historyOf(db, 'capture_id = ?', captureId);
}

function historyOf(db: string, condition: string, ...params: unknown[]): Record<string, string[]> {
  return Object.fromEntries(
    VIEWS.map((name) => {
      const rows = query(db, `SELECT * FROM finra_otc_transparency_${name} WHERE ${condition}`, ...params);
      return [name, rows.map((row) => rowText({ ...row, superseded_at: null })).sort()];
    }),
  );
}

/** Whether `PRAGMA integrity_check` and `foreign_key_check` find nothing, and every row has its capture. */
export function isIntact(db: string): boolean {
  return (
    value(db, 'PRAGMA integrity_check') === 'ok' &&
    query(db, 'SELECT * FROM pragma_foreign_key_check').length === 0 &&
    tablesWith(db, 'capture_key').every((table) => orphans(db, table) === 0n)
  );
}

function orphans(db: string, table: string): unknown {
  return value(
    db,
    `SELECT count(*) FROM ${table} AS t
      WHERE NOT EXISTS (SELECT 1 FROM core_captures AS c WHERE c.capture_key = t.capture_key)`,
  );
}

/** The tables that have a column of that name. */
export function tablesWith(db: string, column: string): string[] {
  const tables = query(
    db,
    "SELECT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND c.name = ?",
    column,
  );
  return tables.map(({ name }) => String(name));
}

function withoutClocks(row: Row): string {
  return rowText(
    Object.fromEntries(Object.entries(row).filter(([name]) => !CLOCKS.has(name) && name !== 'capture_key')),
  );
}

function rowText(row: Row): string {
  return JSON.stringify(Object.entries(row), (_, cell) => (typeof cell === 'bigint' ? `${cell}n` : cell));
}
