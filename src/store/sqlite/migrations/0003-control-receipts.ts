import { type Kysely, sql } from 'kysely';

/** How captures compared with FINRA's own totals per symbol. */
// biome-ignore lint/suspicious/noExplicitAny: a frozen migration must not follow the types of later schemas
export async function up(db: Kysely<any>): Promise<void> {
  await sql.raw(RECEIPTS).execute(db);
}

// A difference is a whole number where both sides are, and otherwise the nearest double.
const RECEIPTS = `CREATE TABLE core_control_receipts (
  capture_key INTEGER PRIMARY KEY REFERENCES core_captures (capture_key),
  compared_at TEXT NOT NULL,
  symbols_compared INTEGER NOT NULL,
  symbols_equal INTEGER NOT NULL,
  symbols_different INTEGER NOT NULL,
  largest_share_difference INTEGER NOT NULL,
  largest_trade_difference INTEGER NOT NULL
)`;
