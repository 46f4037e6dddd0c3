import { describe, expect, it } from 'vitest';
import { CLEAN_DIR, fixtureFileName } from '../generator/fixture-paths.ts';
import { revisionOf } from '../generator/revised-files.ts';
import { asOf, query, rowsOfCapture, value, viewContents } from '../harness/database.ts';
import { outcomesOf, partitionOf, type RunDocument } from '../harness/run-document.ts';
import { createScenario, type Scenario, scenariosAfter } from '../harness/scenario.ts';
import { storedState } from '../harness/stored-state.ts';

const TIER_1 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' } as const;
const OTC = { weekEnding: '2025-12-12', tier: 'OTC' } as const;
const WINDOW = '--weeks 2025-12-12..2025-12-19';
const ORIGINAL = 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202';
const RESTATED = 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260209';

/** Two whole weeks, stored on 2026-02-02. */
const stored = scenariosAfter(`${WINDOW} --run-date 2026-02-02`, CLEAN_DIR);

async function start(scenario: Scenario, line: string): Promise<RunDocument> {
  return JSON.parse((await scenario.start(`${WINDOW} --json ${line}`)).stdout);
}

const lastInstant = (db: string) => value(db, 'SELECT max(captured_at) FROM core_captures') as string;

const tierSplits = ({ weeks }: RunDocument) => weeks.map((week) => `${week.week_ending} ${week.tier_split.status}`);

describe('unchanged weeks', () => {
  it('cost nothing: a second run on the same day, and one a week later, change nothing', async () => {
    const scenario = stored();
    const before = storedState(scenario.db);
    const clocks = query(scenario.db, 'SELECT * FROM core_captures');
    for (const line of ['--run-date 2026-02-02', '--run-date 2026-02-09']) {
      const document = await start(scenario, line);
      expect(document.totals).toMatchObject({ unchanged: 6, ingested: 0, resumed: 0, rows: 0, anomalies: 0 });
      expect(document.partitions.flatMap(({ stages }) => stages)).toEqual([]);
      expect(tierSplits(document)).toEqual(['2025-12-19 current', '2025-12-12 current']);
    }
    expect(storedState(scenario.db)).toEqual(before);
    expect(query(scenario.db, 'SELECT * FROM core_captures')).toEqual(clocks);
  });

  it('are as unchanged when their files have gone, or were only touched', async () => {
    const scenario = stored();
    scenario.remove(TIER_1);
    scenario.restore(OTC);
    const document = await start(scenario, '--run-date 2026-02-09');
    expect(document.exit_code).toBe(0);
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1')).toMatchObject({ action: 'skip', reason: 'source_gone' });
    expect(partitionOf(document, '2025-12-12', 'OTC')).toMatchObject({ action: 'skip', reason: 'unchanged' });
  });
});

describe('a revised file on a later day', () => {
  it("restates its own partition and that week's tier split, and nothing else", async () => {
    const scenario = stored();
    const captured = () =>
      query(scenario.db, 'SELECT capture_id FROM core_captures ORDER BY 1').map((row) => row.capture_id);
    const before = captured();
    scenario.revise(TIER_1);
    const document = await start(scenario, '--run-date 2026-02-09');
    expect(document.exit_code).toBe(0);
    expect(outcomesOf(document)).toEqual({
      '2025-12-19 NMS_TIER_1': 'ingest revised ingested',
      '2025-12-19 NMS_TIER_2': 'skip unchanged unchanged',
      '2025-12-19 OTC': 'skip unchanged unchanged',
      '2025-12-12 NMS_TIER_1': 'skip unchanged unchanged',
      '2025-12-12 NMS_TIER_2': 'skip unchanged unchanged',
      '2025-12-12 OTC': 'skip unchanged unchanged',
    });
    expect(tierSplits(document)).toEqual(['2025-12-19 computed', '2025-12-12 current']);
    expect(captured().filter((id) => !before.includes(id))).toEqual([
      'finra.otc_transparency:ALL_TIERS:2025-12-19:20260209',
      RESTATED,
    ]);
  });

  it('leaves the rows of the old capture as they were, but for superseded_at', async () => {
    const scenario = stored();
    const original = 'SELECT * FROM core_captures WHERE capture_id = ?';
    const rows = rowsOfCapture(scenario.db, ORIGINAL);
    const [capture] = query(scenario.db, original, ORIGINAL);
    expect(rows.raw).toHaveLength(340);
    expect(rows.hhi?.length).toBeGreaterThan(0);
    scenario.revise(TIER_1);
    await start(scenario, '--run-date 2026-02-09');
    expect(rowsOfCapture(scenario.db, ORIGINAL)).toEqual(rows);
    const capturedAt = value(scenario.db, 'SELECT captured_at FROM core_captures WHERE capture_id = ?', RESTATED);
    expect(query(scenario.db, original, ORIGINAL)).toEqual([{ ...capture, superseded_at: capturedAt }]);
    const superseded = 'SELECT DISTINCT superseded_at FROM finra_otc_transparency_normalized WHERE capture_id = ?';
    expect(query(scenario.db, superseded, ORIGINAL)).toEqual([{ superseded_at: capturedAt }]);
  });

  it('shows as of an instant before it what was there then', async () => {
    const scenario = stored();
    const instant = lastInstant(scenario.db);
    const before = asOf(scenario.db, instant);
    scenario.revise(TIER_1);
    await start(scenario, '--run-date 2026-02-09');
    scenario.revise(OTC);
    await start(scenario, '--run-date 2026-02-16');
    expect(asOf(scenario.db, instant)).toEqual(before);
    expect(asOf(scenario.db, lastInstant(scenario.db))).not.toEqual(before);
  });

  it('shows in _latest the restated figures, the new row, and no symbol that was dropped', async () => {
    const scenario = stored();
    const { dropped, added, changed, rows } = revisionOf(TIER_1);
    const latest = 'FROM finra_otc_transparency_normalized_latest WHERE week_ending = ? AND tier = ?';
    const place = [TIER_1.weekEnding, TIER_1.tier] as const;
    const symbols = (name: string) =>
      value(
        scenario.db,
        `SELECT count(*) FROM finra_otc_transparency_${name}_latest WHERE week_ending = ? AND tier = ? AND symbol = ?`,
        ...place,
        dropped,
      );
    expect(symbols('normalized')).toBeGreaterThan(0n);
    scenario.revise(TIER_1);
    await start(scenario, '--run-date 2026-02-09');
    expect(value(scenario.db, `SELECT count(*) ${latest}`, ...place)).toBe(BigInt(rows.length));
    expect(query(scenario.db, `SELECT DISTINCT capture_id ${latest}`, ...place)).toEqual([{ capture_id: RESTATED }]);
    for (const row of [added, ...changed]) {
      const { issueSymbolIdentifier, issueName, MPID, totalWeeklyShareQuantity } = row;
      expect(
        value(
          scenario.db,
          `SELECT total_shares ${latest} AND symbol = ? AND issue_name = ? AND mpid = ?`,
          ...[...place, issueSymbolIdentifier, issueName, MPID],
        ),
      ).toBe(BigInt(totalWeeklyShareQuantity));
    }
    for (const name of ['raw', 'normalized', 'venue_volume', 'venue_share', 'hhi', 'tier_split']) {
      expect(symbols(name), name).toBe(0n);
    }
  });
});

describe('a revised file on the same day', () => {
  it('replaces its own capture as a whole', async () => {
    const scenario = stored();
    const before = value(scenario.db, 'SELECT captured_at FROM core_captures WHERE capture_id = ?', ORIGINAL) as string;
    scenario.revise(TIER_1);
    const document = await start(scenario, '--run-date 2026-02-02');
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1')).toMatchObject({
      reason: 'revised',
      capture_id: ORIGINAL,
    });
    expect(value(scenario.db, "SELECT count(*) FROM core_captures WHERE tier <> 'ALL_TIERS'")).toBe(6n);
    expect(value(scenario.db, 'SELECT captured_at FROM core_captures WHERE capture_id = ?', ORIGINAL)).not.toBe(before);
    expect(rowsOfCapture(scenario.db, ORIGINAL).normalized).toHaveLength(revisionOf(TIER_1).rows.length);
    const latest = viewContents(scenario.db);
    for (const name of ['raw', 'normalized', 'venue_volume', 'venue_share', 'hhi', 'tier_split']) {
      expect(latest[`finra_otc_transparency_${name}`], name).toEqual(latest[`finra_otc_transparency_${name}_latest`]);
    }
  });

  it('that goes back to what it was leaves what was there', async () => {
    const scenario = stored();
    const before = viewContents(scenario.db);
    scenario.revise(TIER_1);
    await start(scenario, '--run-date 2026-02-02');
    scenario.restore(TIER_1);
    const document = await start(scenario, '--run-date 2026-02-02');
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1')).toMatchObject({ reason: 'revised', outcome: 'ingested' });
    expect(viewContents(scenario.db)).toEqual(before);
  });
});

describe('a file that goes back to an earlier version on a later day', () => {
  it('is a restatement like any other', async () => {
    const scenario = stored();
    scenario.revise(TIER_1);
    await start(scenario, '--run-date 2026-02-09');
    scenario.restore(TIER_1);
    const document = await start(scenario, '--run-date 2026-02-16');
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1')).toMatchObject({ reason: 'revised', outcome: 'ingested' });
    const history = query(
      scenario.db,
      `SELECT run_date, content_hash = lag(content_hash, 2) OVER by_time AS is_first_again,
        superseded_at IS lead(captured_at) OVER by_time AS is_seamless
      FROM core_captures WHERE week_ending = '2025-12-19' AND tier = 'NMS_TIER_1'
      WINDOW by_time AS (ORDER BY captured_at)`,
    );
    expect(history).toEqual([
      { run_date: '2026-02-02', is_first_again: null, is_seamless: 1n },
      { run_date: '2026-02-09', is_first_again: null, is_seamless: 1n },
      { run_date: '2026-02-16', is_first_again: 1n, is_seamless: 1n },
    ]);
  });
});

describe('a run date before the newest capture', () => {
  it('writes nothing: unchanged is skipped, anything else is blocked and names that capture', async () => {
    const scenario = stored();
    const before = storedState(scenario.db);
    scenario.revise(TIER_1);
    const document = await start(scenario, '--run-date 2026-02-01');
    expect(document.exit_code).toBe(1);
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1')).toMatchObject({
      action: 'blocked',
      reason: 'newer_capture',
      outcome: 'blocked',
      capture_id: ORIGINAL,
      error: { code: 'newer_capture', message: expect.stringContaining(ORIGINAL) },
    });
    expect(document.totals).toMatchObject({ blocked: 1, unchanged: 5 });
    expect(storedState(scenario.db)).toEqual(before);
  });
});

describe('--tiers', () => {
  it('leaves the other tiers alone, and the tier split waits for all three', async () => {
    const scenario = createScenario(CLEAN_DIR);
    const first = await start(scenario, '--run-date 2026-02-02 --tiers OTC');
    expect(Object.keys(outcomesOf(first))).toEqual(['2025-12-19 OTC', '2025-12-12 OTC']);
    expect(tierSplits(first)).toEqual(['2025-12-19 awaited', '2025-12-12 awaited']);
    expect(first.exit_code).toBe(0);
    const second = await start(scenario, '--run-date 2026-02-02 --tiers T1,T2');
    expect(tierSplits(second)).toEqual(['2025-12-19 computed', '2025-12-12 computed']);
    expect(value(scenario.db, 'SELECT count(*) FROM core_data_readiness WHERE is_ready')).toBe(2n);
  });
});

describe('--file-date published', () => {
  it('takes the date in the name for the day of publication', async () => {
    const scenario = createScenario();
    scenario.put(CLEAN_DIR, [OTC]);
    const name = fixtureFileName(OTC);
    const document = await start(scenario, '--run-date 2026-02-02 --tiers OTC --file-date published');
    // 2025-12-15 less 31 days is the week ending 2025-11-14.
    expect(document.totals).toMatchObject({ failed: 2 });
    const published = JSON.parse(
      (await scenario.start('--weeks 2025-11-14 --run-date 2026-02-02 --tiers OTC --file-date published --json'))
        .stdout,
    ) as RunDocument;
    expect(outcomesOf(published)).toEqual({ '2025-11-14 OTC': 'ingest first_capture ingested' });
    expect(value(scenario.db, 'SELECT locator FROM core_captures')).toBe(`${scenario.dataDir}/${name}`);
  });
});
