import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR, CLEAN_PARTITIONS } from '../generator/fixture-paths.ts';
import { type ApiScenario, apiScenario, fixtureRows } from '../harness/api-scenario.ts';
import { run } from '../harness/command.ts';
import { query, viewContents } from '../harness/database.ts';
import { rollUps } from '../stand-in/api-rows.ts';
import { atsRows, exportedFile, FRIDAY, nonAtsRows, wholeWeek } from '../stand-in/api-week.ts';

const VIEW = 'finra_otc_transparency_';
const WEEK = `--weeks ${FRIDAY} --run-date 2026-02-02`;

/** What analysts see, but for the raw rows, which keep each source's own text. */
function analysis(db: string): Record<string, string[]> {
  const views = Object.entries(viewContents(db)).filter(([name]) => !name.includes('_raw'));
  expect(views.filter(([name]) => name.startsWith(VIEW)).every(([, rows]) => rows.length > 0)).toBe(true);
  return Object.fromEntries(views);
}

/** The same from a run of the real command on files. */
async function fromFiles({ dir }: ApiScenario, dataDir: string, line: string): Promise<Record<string, string[]>> {
  const db = join(dir, 'files.db');
  const { code, stderr } = await run([...line.split(' '), '--data-dir', dataDir, '--db', db]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return analysis(db);
}

function venueTypes(db: string, view: string): unknown[] {
  return query(db, `SELECT DISTINCT tier, venue_type FROM ${VIEW}${view}_latest ORDER BY 1, 2`).map(Object.values);
}

const TIERS = ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'];

describe('the same weeks from files and from the API', () => {
  it('give the same rows, whatever the paging and the order', async () => {
    const weeks = ['2025-12-12', '2025-12-19', '2025-12-26'];
    const line = `--weeks ${weeks.join(',')} --run-date 2026-02-02`;
    const rows = fixtureRows(
      CLEAN_DIR,
      CLEAN_PARTITIONS.filter(({ weekEnding }) => weeks.includes(weekEnding)),
    );
    const scenario = await apiScenario({ pageRows: 200, seed: 5 });
    scenario.standIn.publish([...rows, ...rollUps(rows)]);
    expect(await scenario.run(line)).toMatchObject({ exit_code: 0, totals: { ingested: 9, rows: rows.length } });
    expect(analysis(scenario.db)).toEqual(await fromFiles(scenario, CLEAN_DIR, line));
  });

  it('give the same rows of both venue types, and no roll-up', async () => {
    const scenario = await apiScenario({ pageRows: 70, form: 'json' });
    scenario.standIn.publish(wholeWeek());
    const document = await scenario.run(`${WEEK} --summary-types ats,non-ats`);
    expect(document).toMatchObject({ exit_code: 0, totals: { ingested: 3, rows: 226, rejects: 0 } });
    const exported = join(scenario.dir, 'exported');
    mkdirSync(exported);
    for (const [name, tier] of [
      ['tier1', 'T1'],
      ['tier2', 'T2'],
      ['otc', 'OTCE'],
    ] as const) {
      const rows = wholeWeek().filter(({ tierIdentifier }) => tierIdentifier === tier);
      writeFileSync(join(exported, `${name}_${FRIDAY}.csv`), exportedFile(rows));
    }
    expect(analysis(scenario.db)).toEqual(await fromFiles(scenario, exported, WEEK));
  });
});

describe('--summary-types', () => {
  it('keeps venue types apart in every view and calculation', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish(wholeWeek());
    await scenario.run(`${WEEK} --summary-types ats,non-ats`);
    const both = TIERS.flatMap((tier) => ['ATS', 'NON_ATS'].map((type) => [tier, type]));
    for (const view of ['normalized', 'venue_volume', 'venue_share', 'hhi', 'tier_split'])
      expect(venueTypes(scenario.db, view), view).toEqual(both);
    expect(
      query(
        scenario.db,
        `SELECT venue_type, mpid, venue_share FROM ${VIEW}venue_share_latest
        WHERE tier = 'OTC' AND symbol = 'S0000' ORDER BY 1, 2`,
      ).map(Object.values),
    ).toEqual([
      ['ATS', 'SGMT', 0.5],
      ['ATS', 'UBSA', 0.5],
      ['NON_ATS', 'CRD:900104', 1 / 3],
      ['NON_ATS', 'DE_MINIMIS', 1 / 3],
      ['NON_ATS', 'WRMK', 1 / 3],
    ]);
    const counts = `SELECT DISTINCT venue_type, venue_count FROM ${VIEW}hhi_latest WHERE symbol LIKE 'S%' ORDER BY 1`;
    expect(query(scenario.db, counts).map(Object.values)).toEqual([
      ['ATS', 2n],
      ['NON_ATS', 3n],
    ]);
    const sums = `SELECT DISTINCT round(sum(tier_share), 9) AS sum FROM ${VIEW}tier_split_latest
      GROUP BY venue_type, symbol, issue_name`;
    expect(query(scenario.db, sums)).toEqual([{ sum: 1 }]);
  });

  it('takes ATS rows alone unless told otherwise', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish(wholeWeek());
    expect(await scenario.run(WEEK)).toMatchObject({ exit_code: 0, totals: { rows: 91 } });
    expect(venueTypes(scenario.db, 'normalized')).toEqual(TIERS.map((tier) => [tier, 'ATS']));
    expect(query(scenario.db, "SELECT DISTINCT summary_types FROM core_captures WHERE source = 'api'")).toEqual([
      { summary_types: 'ats' },
    ]);
  });

  it('leaves out of the tier split what one of the three captures was taken without', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish(wholeWeek());
    await scenario.run(`${WEEK} --tiers T1,T2 --summary-types ats,non-ats`);
    expect(await scenario.run(`${WEEK} --tiers OTC`)).toMatchObject({ exit_code: 0 });
    expect(venueTypes(scenario.db, 'normalized')).toHaveLength(5);
    expect(venueTypes(scenario.db, 'tier_split')).toEqual(TIERS.map((tier) => [tier, 'ATS']));
  });

  it('restates a partition that was taken with others, and its tier split', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish(wholeWeek());
    await scenario.run(WEEK);
    const document = await scenario.run(`--weeks ${FRIDAY} --run-date 2026-02-09 --summary-types ats,non-ats`);
    expect(document.partitions.map(({ reason, outcome }) => `${reason} ${outcome}`)).toEqual(
      Array(3).fill('source_changed ingested'),
    );
    expect(document.weeks[0]?.tier_split.status).toBe('computed');
    expect(venueTypes(scenario.db, 'tier_split')).toHaveLength(6);
    expect(
      query(
        scenario.db,
        `SELECT summary_types, superseded_at IS NULL AS is_latest, count(*) AS captures FROM core_captures
        WHERE source = 'api' GROUP BY 1, 2 ORDER BY 1`,
      ).map(Object.values),
    ).toEqual([
      ['ats', 0n, 3n],
      ['ats,non-ats', 1n, 3n],
    ]);
  });
});

describe('a week that is stored from a file', () => {
  it('is restated from the API, and the other way round', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish([...atsRows('T1'), ...nonAtsRows('T1')]);
    writeFileSync(join(scenario.dataDir, `tier1_${FRIDAY}.csv`), exportedFile(atsRows('T1')));
    const files = ['--data-dir', scenario.dataDir, '--db', scenario.db, '--json', '--tiers', 'T1'];
    const line = `--weeks ${FRIDAY} --run-date`;
    await run([...files, ...`${line} 2026-02-02`.split(' ')]);
    const fetched = await scenario.run(`${line} 2026-02-09 --tiers T1`);
    expect(fetched.partitions[0]).toMatchObject({ action: 'ingest', reason: 'source_changed', outcome: 'ingested' });
    const again = JSON.parse((await run([...files, ...`${line} 2026-02-16`.split(' ')])).stdout);
    expect(again.partitions[0]).toMatchObject({ action: 'ingest', reason: 'source_changed', outcome: 'ingested' });
    expect(
      query(scenario.db, 'SELECT source, locator FROM core_captures ORDER BY captured_at').map(Object.values),
    ).toEqual([
      ['file', join(scenario.dataDir, `tier1_${FRIDAY}.csv`)],
      ['api', 'finra-api:weeklySummary:2025-12-15:T1'],
      ['file', join(scenario.dataDir, `tier1_${FRIDAY}.csv`)],
    ]);
  });
});
