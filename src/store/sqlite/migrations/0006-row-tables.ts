import { type Kysely, sql } from 'kysely';

/**
 * Takes the foreign key to the capture from the tables that have a row for each row of a file: looking the same capture up
 * for every one of them was a fifteenth of a load. That captures have rows only while they are there is seen to once for
 * each, when one is deleted. The rows stay where they are: only the tables' definitions change, in the way that
 * https://www.sqlite.org/lang_altertable.html#otheralter describes for constraints.
 */
// biome-ignore lint/suspicious/noExplicitAny: a frozen migration must not follow the types of later schemas
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const TABLES = ['raw_rows', 'normalized_rows', 'symbol_totals', 'hhi_rows', 'tier_split_rows'];

const STATEMENTS = [
  'PRAGMA writable_schema = ON',
  `UPDATE sqlite_schema SET sql = replace(sql, ' REFERENCES core_captures (capture_key)', '')
    WHERE type = 'table' AND name IN (${TABLES.map((name) => `'${name}'`).join(', ')})`,
  'PRAGMA writable_schema = RESET',
  // As any change of the schema does, it has all connections read the definitions anew.
  `CREATE TRIGGER core_captures_have_rows BEFORE DELETE ON core_captures
    WHEN ${TABLES.map((name) => `EXISTS (SELECT 1 FROM ${name} WHERE capture_key = OLD.capture_key)`).join('\n      OR ')}
    BEGIN SELECT RAISE(ABORT, 'the capture still has rows'); END`,
];
