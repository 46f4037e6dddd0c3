import SqliteHandle from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { describe, expect, it } from 'vitest';
import * as views from '../../../src/store/sqlite/migrations/0002-views.ts';
import { CLEAN_DIR } from '../../generator/fixture-paths.ts';
import { isIntact, query, viewContents } from '../../harness/database.ts';
import { scenariosAfter } from '../../harness/scenario.ts';

const afterOneWeek = scenariosAfter('--weeks 2025-12-19 --run-date 2026-02-02', CLEAN_DIR);

/** Takes a database back to the schema before `0005-reading`. */
async function withoutReading(db: string): Promise<void> {
  const handle = new SqliteHandle(db);
  const kysely = new Kysely({ dialect: new SqliteDialect({ database: handle }) });
  const names = handle.prepare("SELECT name FROM sqlite_schema WHERE type = 'view'").pluck().all();
  for (const name of names) handle.exec(`DROP VIEW ${name}`);
  for (const column of ['venue_count', 'symbol_shares']) handle.exec(`ALTER TABLE hhi_rows DROP COLUMN ${column}`);
  handle.exec("DELETE FROM kysely_migration WHERE name >= '0005'");
  await views.up(kysely);
  await kysely.destroy();
}

describe('a run on a database that an older version made', () => {
  it('keeps every figure of every capture, superseded ones too', async () => {
    const scenario = afterOneWeek();
    scenario.revise({ weekEnding: '2025-12-19', tier: 'NMS_TIER_1' });
    await scenario.run('--weeks 2025-12-19 --run-date 2026-02-03');
    const before = viewContents(scenario.db);
    expect(before.finra_otc_transparency_hhi?.length).toBeGreaterThan(
      before.finra_otc_transparency_hhi_latest?.length ?? 0,
    );
    await withoutReading(scenario.db);
    expect(viewContents(scenario.db)).toEqual(before);

    const { totals } = await scenario.run('--weeks 2025-12-19 --run-date 2026-02-04');
    expect(totals).toMatchObject({ unchanged: 3, ingested: 0, resumed: 0 });
    expect(viewContents(scenario.db)).toEqual(before);
    expect(isIntact(scenario.db)).toBe(true);
    expect(query(scenario.db, "SELECT 1 FROM kysely_migration WHERE name = '0005-reading'")).toHaveLength(1);
  });
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
