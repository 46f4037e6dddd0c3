import { rmSync } from 'node:fs';
import SqliteHandle from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../../src/store/sqlite/migrations.ts';
import { CLEAN_DIR, formDir, SMALL_PARTITION } from '../../generator/fixture-paths.ts';
import { execute, isIntact, query, tablesWith, viewContents } from '../../harness/database.ts';
import { scenariosAfter } from '../../harness/scenario.ts';

const afterOneWeek = scenariosAfter('--weeks 2025-12-19 --run-date 2026-02-02', CLEAN_DIR);

/** Puts a database in the place of `db` that has its rows, and the schema as it was once `lastMigration` was applied. */
async function takeBackTo(lastMigration: string, db: string): Promise<void> {
  const newer = `${db}.newer`;
  execute(db, `VACUUM INTO '${newer}'`);
  rmSync(db);
  const handle = new SqliteHandle(db);
  const kysely = new Kysely({ dialect: new SqliteDialect({ database: handle }) });
  const past = Object.entries(MIGRATIONS).filter(([name]) => name <= lastMigration);
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: async () => Object.fromEntries(past) } });
  await migrator.migrateToLatest();
  handle.exec(`PRAGMA foreign_keys = OFF; ATTACH '${newer}' AS newer`);
  const tables = handle
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL")
    .pluck()
    .all();
  for (const table of tables as string[]) {
    if (table.startsWith('kysely_')) continue;
    const names = handle.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table).join(', ');
    handle.exec(`DELETE FROM ${table}; INSERT INTO ${table} (${names}) SELECT ${names} FROM newer.${table}`);
  }
  await kysely.destroy();
  rmSync(newer);
}

describe('a run on a database that an older version made', () => {
  it.each(['0004-metric-offsets', '0005-reading', '0006-row-tables'])(
    'of %s keeps every figure of every capture, with product types merged or not',
    async (version) => {
      const scenario = afterOneWeek();
      scenario.put(formDir('non_ats'));
      await scenario.run('--weeks 2025-12-19 --run-date 2026-02-03 --force');
      scenario.revise(SMALL_PARTITION);
      await scenario.run('--weeks 2025-12-19 --run-date 2026-02-04 --force');
      scenario.put(formDir('non_ats'));
      await scenario.run('--weeks 2025-12-19 --run-date 2026-02-05 --force');
      expect(query(scenario.db, 'SELECT DISTINCT capture_key FROM merged_volumes')).toHaveLength(2);
      const before = viewContents(scenario.db);
      expect(before.finra_otc_transparency_hhi?.length).toBeGreaterThan(
        before.finra_otc_transparency_hhi_latest?.length ?? 0,
      );
      const schema = schemaOf(scenario.db);
      await takeBackTo(version, scenario.db);
      expect(viewContents(scenario.db)).toEqual(before);
      expect(schemaOf(scenario.db)).not.toEqual(schema);

      const { totals } = await scenario.run('--weeks 2025-12-19 --run-date 2026-02-06');
      expect(totals).toMatchObject({ unchanged: 3, ingested: 0, resumed: 0 });
      expect(viewContents(scenario.db)).toEqual(before);
      expect(isIntact(scenario.db)).toBe(true);
      expect(schemaOf(scenario.db)).toEqual(schema);
    },
  );
});

describe('a view of somebody else that cannot be read', () => {
  it.each(['0004-metric-offsets', '0005-reading'])('does not stop the upgrade of %s', async (version) => {
    const scenario = afterOneWeek();
    await takeBackTo(version, scenario.db);
    execute(scenario.db, "CREATE VIEW analyst AS SELECT missing FROM nowhere WHERE symbol REGEXP '^A'");
    expect(await scenario.run('--weeks 2025-12-19 --run-date 2026-02-04')).toMatchObject({ exit_code: 0 });
    expect(query(scenario.db, "SELECT 1 FROM sqlite_schema WHERE name = 'analyst'")).toHaveLength(1);
  });
});

describe('a capture', () => {
  it.each(['raw_rows', 'normalized_rows', 'symbol_totals', 'hhi_rows', 'tier_split_rows'])(
    'cannot be deleted while %s has rows of it',
    (table) => {
      const { db } = afterOneWeek();
      const others = tablesWith(db, 'capture_key').filter((name) => name !== table && name !== 'core_captures');
      execute(db, others.map((name) => `DELETE FROM ${name}`).join(';'));
      expect(() => execute(db, 'PRAGMA foreign_keys = ON; DELETE FROM core_captures')).toThrow(/still has rows/);
      execute(db, `DELETE FROM ${table}; PRAGMA foreign_keys = ON; DELETE FROM core_captures`);
      expect(query(db, 'SELECT 1 FROM core_captures')).toEqual([]);
    },
  );
});

describe('a run that took new weeks', () => {
  it('leaves what SQLite needs to find one symbol without reading every week', () => {
    const { db } = afterOneWeek();
    const plan = query(
      db,
      "EXPLAIN QUERY PLAN SELECT * FROM finra_otc_transparency_normalized_latest WHERE symbol = 'AAPL'",
    );
    expect(plan.map(({ detail }) => String(detail))).toContainEqual(expect.stringMatching(/^SEARCH i .*symbol=\?/));
  });
});

describe('the question whether product types were merged', () => {
  it.each(['venue_volume', 'venue_volume_latest', 'venue_share', 'venue_share_latest'])(
    'is asked of what is left when %s is filtered',
    (view) => {
      const { db } = afterOneWeek();
      const plan = query(db, `EXPLAIN QUERY PLAN SELECT * FROM finra_otc_transparency_${view} WHERE mpid = 'UBSA'`);
      expect(plan.filter(({ detail }) => /^(?:SEARCH|SCAN) /.test(String(detail))).at(-1)?.detail).toMatch(
        /^SEARCH g /,
      );
    },
  );
});

/** What a database's tables, views and triggers are defined as, but for SQLite's own. */
function schemaOf(db: string): unknown[] {
  return query(db, "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name");
}
