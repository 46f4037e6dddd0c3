import { type Kysely, sql } from 'kysely';

/**
 * What the counters of the metrics count beside `core_scheduler_runs`: runs that could not open the database, and those
 * of a database that this one took the place of. One row per series of the exposition, named as it stands there.
 */
// biome-ignore lint/suspicious/noExplicitAny: a frozen migration must not follow the types of later schemas
export async function up(db: Kysely<any>): Promise<void> {
  await sql
    .raw('CREATE TABLE core_metric_offsets (series TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID')
    .execute(db);
}
