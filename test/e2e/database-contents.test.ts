import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { asOf, execute, isIntact, query, value, viewContents } from '../harness/database.ts';
import { scenariosAfter } from '../harness/scenario.ts';

const TIER_1 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' } as const;

/** Two weeks, stored on 2026-02-02. */
const stored = scenariosAfter('--weeks 2025-12-12..2025-12-19 --run-date 2026-02-02', CLEAN_DIR);

const columnsOf = (db: string, name: string) =>
  query(db, `SELECT name FROM pragma_table_info('${name}')`).map((column) => column.name);

/** An insert of a copy of one capture, but for the columns whose SQL is given. */
function copyOfCapture(db: string, differs: Record<string, string>): string {
  const columns = columnsOf(db, 'core_captures').filter((name) => name !== 'capture_key');
  const values = columns.map((name) => differs[`${name}`] ?? name);
  return `INSERT INTO core_captures (${columns.join(', ')}) SELECT ${values.join(', ')} FROM core_captures LIMIT 1`;
}

describe('the manifest', () => {
  it('answers what has happened to a week', async () => {
    const { db } = stored();
    const rows = query(
      db,
      "SELECT partition_key, stage, row_count, updated_at FROM core_manifest WHERE domain = 'finra.otc_transparency' AND partition_key LIKE '%2025-12-19%' ORDER BY stage_rank",
    );
    expect(rows.map(({ stage }) => stage)).toEqual([
      ...[
        'RAW',
        'RAW',
        'RAW',
        'NORMALIZED',
        'NORMALIZED',
        'NORMALIZED',
        'VENUE_VOLUME',
        'VENUE_VOLUME',
        'VENUE_VOLUME',
      ],
      ...['VENUE_SHARE', 'VENUE_SHARE', 'VENUE_SHARE', 'HHI', 'HHI', 'HHI', 'TIER_SPLIT'],
    ]);
    expect(rows).toContainEqual({
      partition_key: '{"week_ending":"2025-12-19","tier":"OTC"}',
      stage: 'RAW',
      row_count: 180n,
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/),
    });
    expect(rows.at(-1)).toMatchObject({ partition_key: '{"week_ending":"2025-12-19","tier":"ALL_TIERS"}' });
  });

  it('ranks the stages 1 to 6', () => {
    expect(query(stored().db, 'SELECT DISTINCT stage_rank, stage FROM core_manifest ORDER BY 1')).toEqual([
      { stage_rank: 1n, stage: 'RAW' },
      { stage_rank: 2n, stage: 'NORMALIZED' },
      { stage_rank: 3n, stage: 'VENUE_VOLUME' },
      { stage_rank: 4n, stage: 'VENUE_SHARE' },
      { stage_rank: 5n, stage: 'HHI' },
      { stage_rank: 6n, stage: 'TIER_SPLIT' },
    ]);
  });

  it('counts the rows that the views show', () => {
    const { db } = stored();
    for (const [stage, view] of [
      ['RAW', 'raw'],
      ['NORMALIZED', 'normalized'],
      ['VENUE_VOLUME', 'venue_volume'],
      ['VENUE_SHARE', 'venue_share'],
      ['HHI', 'hhi'],
      ['TIER_SPLIT', 'tier_split'],
    ]) {
      const counted = value(db, 'SELECT sum(row_count) FROM core_manifest WHERE stage = ?', stage);
      expect(counted, `${stage}`).toBe(value(db, `SELECT count(*) FROM finra_otc_transparency_${view}_latest`));
    }
  });

  it("carries each input's hash, and for the tier split the hash of its three inputs' hashes", () => {
    const { db } = stored();
    const odd = `SELECT m.stage FROM core_manifest m JOIN core_captures c USING (capture_key)
      WHERE m.content_hash <> c.content_hash OR m.capture_id <> c.capture_id OR length(m.content_hash) <> 64`;
    expect(query(db, odd)).toEqual([]);
    const inputs = query(
      db,
      `SELECT content_hash FROM core_manifest WHERE stage = 'RAW' AND partition_key LIKE '%2025-12-19%'
      ORDER BY partition_key LIKE '%OTC%', partition_key`,
    );
    const split = query(
      db,
      "SELECT content_hash FROM core_manifest WHERE stage = 'TIER_SPLIT' AND partition_key LIKE '%2025-12-19%'",
    );
    expect(split).toEqual([{ content_hash: sha256(inputs.map(({ content_hash }) => content_hash).join('')) }]);
  });

  it('names the execution of each row', () => {
    const { db } = stored();
    const lost =
      'SELECT count(*) FROM core_manifest WHERE execution_id NOT IN (SELECT execution_id FROM core_executions)';
    expect(value(db, lost)).toBe(0n);
    expect(
      value(db, 'SELECT count(*) FROM core_manifest WHERE execution_id IS NULL OR NOT json_valid(metrics_json)'),
    ).toBe(0n);
  });
});

describe('the captures', () => {
  it('are derived for the tier split, which lists its three inputs', () => {
    const [split] = query(
      stored().db,
      "SELECT * FROM core_captures WHERE tier = 'ALL_TIERS' AND week_ending = '2025-12-19'",
    );
    expect(split).toMatchObject({
      capture_id: 'finra.otc_transparency:ALL_TIERS:2025-12-19:20260202',
      source: 'derived',
      state: 'accepted',
    });
    const inputs = JSON.parse(split?.inputs_json as string) as Array<{ capture_id: string }>;
    expect(inputs.map(({ capture_id }) => capture_id)).toEqual([
      'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202',
      'finra.otc_transparency:NMS_TIER_2:2025-12-19:20260202',
      'finra.otc_transparency:OTC:2025-12-19:20260202',
    ]);
  });

  it('have their three clocks, in the form that SQLite compares with', () => {
    const { db } = stored();
    const capture = query(db, "SELECT * FROM core_captures WHERE tier = 'OTC' AND week_ending = '2025-12-19'")[0];
    expect(capture).toMatchObject({
      week_ending: '2025-12-19',
      source_last_update_date: '2026-01-19',
      superseded_at: null,
    });
    expect(capture?.captured_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
    const now =
      "SELECT count(*) FROM core_captures WHERE captured_at BETWEEN datetime('now', '-1 hour') AND datetime('now', '+1 hour')";
    expect(value(db, now)).toBe(8n);
  });

  it.each([
    ['two of one partition that are not superseded', { capture_id: "'another id'" }, 'core_captures.week_ending'],
    ['two of one id', { superseded_at: "'2999-01-01 00:00:00.000'" }, 'core_captures.capture_id'],
  ])('cannot be accepted as %s', (_, differs, column) => {
    const { db } = stored();
    expect(() => execute(db, copyOfCapture(db, differs))).toThrow(`UNIQUE constraint failed: ${column}`);
  });

  it('cannot be two candidates of one id, nor accepted without a clock, nor superseded before they were captured', () => {
    const { db } = stored();
    const stage = copyOfCapture(db, { state: "'staged'", captured_at: 'NULL' });
    execute(db, stage);
    expect(() => execute(db, stage)).toThrow('UNIQUE constraint failed');
    expect(() => execute(db, "UPDATE core_captures SET state = 'accepted' WHERE state = 'staged'")).toThrow(
      'CHECK constraint failed',
    );
    expect(() => execute(db, 'UPDATE core_captures SET superseded_at = captured_at')).toThrow(
      'CHECK constraint failed',
    );
  });
});

describe('the views', () => {
  const IDENTITY = ['week_ending', 'tier', 'venue_type', 'symbol', 'issue_name'];
  const CLOCKS = ['capture_id', 'captured_at', 'superseded_at'];

  it.each([
    ['raw', ['venue_type', 'capture_state']],
    [
      'normalized',
      ['mpid', 'venue_name', 'product_type', 'total_shares', 'total_trades', 'notional', 'source_last_update_date'],
    ],
    ['venue_volume', ['mpid', 'total_shares', 'total_trades']],
    ['venue_share', ['mpid', 'venue_shares', 'symbol_shares', 'venue_share']],
    ['hhi', ['hhi', 'venue_count', 'symbol_shares']],
    ['tier_split', ['tier_shares', 'symbol_shares', 'tier_share']],
  ])('have the columns that analysts were promised: %s', (name, own) => {
    const { db } = stored();
    for (const view of [`finra_otc_transparency_${name}`, `finra_otc_transparency_${name}_latest`]) {
      const columns = columnsOf(db, view);
      expect(columns.slice(0, IDENTITY.length)).toEqual(IDENTITY);
      expect(columns.slice(-CLOCKS.length)).toEqual(CLOCKS);
      expect(columns).toEqual(expect.arrayContaining(own));
      expect(value(db, `SELECT count(*) FROM ${view}`)).toBeGreaterThan(0n);
    }
  });

  it('show as of now what _latest shows', () => {
    const { db } = stored();
    const [now, latest] = [asOf(db, '2999-01-01 00:00:00.000'), viewContents(db)];
    for (const [name, rows] of Object.entries(now)) {
      expect(rows.length, name).toBe(latest[`finra_otc_transparency_${name}_latest`]?.length);
    }
  });

  it('answer the as-of query of the manual', async () => {
    const scenario = stored();
    const before = value(scenario.db, 'SELECT max(captured_at) FROM core_captures') as string;
    const total = (instant: string) =>
      value(
        scenario.db,
        `SELECT sum(total_shares) FROM finra_otc_transparency_venue_volume
        WHERE week_ending = '2025-12-19' AND tier = 'NMS_TIER_1'
          AND captured_at <= ? AND (superseded_at IS NULL OR superseded_at > ?)`,
        instant,
        instant,
      );
    const original = total(before);
    scenario.revise(TIER_1);
    await scenario.start('--weeks 2025-12-19 --tiers T1 --run-date 2026-02-09');
    expect(total(before)).toBe(original);
    expect(total('2999-01-01 00:00:00.000')).not.toBe(original);
    expect(total('2020-01-01 00:00:00.000')).toBeNull();
  });

  it('have all that calcs have of raw rows: nothing is lost on the way', () => {
    const { db } = stored();
    const sum = (view: string) =>
      query(
        db,
        `SELECT week_ending, tier, sum(CAST(total_shares AS INTEGER)) AS shares FROM finra_otc_transparency_${view} GROUP BY 1, 2 ORDER BY 1, 2`,
      );
    expect(sum('normalized')).toEqual(sum('raw'));
    expect(sum('venue_volume')).toEqual(sum('raw'));
  });
});

it('is sound', () => {
  expect(isIntact(stored().db)).toBe(true);
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
