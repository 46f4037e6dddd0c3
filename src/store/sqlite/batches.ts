import type { Database as SqliteHandle } from 'better-sqlite3';
import type { Compilable } from 'kysely';

const BATCH_ROWS = 1000;

/** The rows of `query`, so many at a time. The connection does nothing else until the last one is read. */
export async function* batches<Row>(
  handle: SqliteHandle,
  query: Compilable<Row>,
): AsyncGenerator<readonly Row[], void, undefined> {
  const { sql, parameters } = query.compile();
  let batch: Row[] = [];
  for (const row of handle.prepare<unknown[], Row>(sql).iterate(...parameters)) {
    batch.push(row);
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
