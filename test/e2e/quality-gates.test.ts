import { describe, expect, it } from 'vitest';
import { encodeOfficial } from '../generator/encode.ts';
import { type BrokenKind, brokenDir, CLEAN_DIR, fixtureFileName, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { smallRows } from '../generator/small-rows.ts';
import { query, value } from '../harness/database.ts';
import { partitionOf } from '../harness/run-document.ts';
import { createScenario, scenariosAfter } from '../harness/scenario.ts';

const TIER_1 = '--weeks 2025-12-19 --tiers T1';
const FILE = fixtureFileName(SMALL_PARTITION);

/** Tier 1 of one week, stored on 2026-02-02. */
const stored = scenariosAfter(`${TIER_1} --run-date 2026-02-02`, CLEAN_DIR);

type Gate = [gate: string, kind: BrokenKind, code: string, tooLow: string, enough: string];

describe('a breached gate fails the partition, and its option moves it', () => {
  it.each<Gate>([
    ['rows lost', 'shrunk', 'shrunk_rows', '--max-shrinkage rows=59', '--max-shrinkage rows=60'],
    ['shares lost', 'shrunk_shares', 'shrunk_shares', '--max-shrinkage shares=66', '--max-shrinkage shares=67'],
    ['venues lost', 'shrunk_venues', 'shrunk_venues', '--max-shrinkage venues=52', '--max-shrinkage venues=60'],
    ['all three lost', 'shrunk', 'shrunk_rows', '--max-shrinkage 59', '--max-shrinkage 60'],
  ])('%s', async (_, kind, code, tooLow, enough) => {
    const scenario = stored();
    scenario.put(brokenDir(kind), [SMALL_PARTITION]);
    const error = async (options: string) =>
      partitionOf(await scenario.run(`${TIER_1} --run-date 2026-02-09 ${options}`), '2025-12-19', 'NMS_TIER_1').error
        ?.code;
    expect([await error(''), await error(tooLow), await error(enough)]).toEqual([code, code, undefined]);
  });

  it('rejected rows', async () => {
    const scenario = createScenario(brokenDir('too_many_rejects'));
    const run = (options: string) => scenario.run(`${TIER_1} --run-date 2026-02-02 ${options}`);
    const failed = await run('');
    expect(partitionOf(failed, '2025-12-19', 'NMS_TIER_1')).toMatchObject({
      outcome: 'failed',
      rows: 60,
      rejects: 6,
      error: { code: 'too_many_rejects', message: '6 of its 60 rows are rejected (10.0 %; the gate is 5.0 %)' },
    });
    expect((await run('--max-reject-share 9.9')).exit_code).toBe(1);
    expect((await run('--max-reject-share 10')).exit_code).toBe(0);
  });

  it('an update before the week', async () => {
    const scenario = createScenario(brokenDir('updated_before_week'));
    const run = (options: string) => scenario.run(`${TIER_1} --run-date 2026-02-02 ${options}`);
    expect(partitionOf(await run(''), '2025-12-19', 'NMS_TIER_1').error?.code).toBe('updated_before_week');
    // The file was last updated on 2025-12-08, eleven days before the Friday.
    expect((await run('--max-update-lead 10')).exit_code).toBe(1);
    expect((await run('--max-update-lead 11')).exit_code).toBe(0);
  });

  it('keeps what was rejected for whoever looks into it, and none of the rows', async () => {
    const scenario = createScenario(brokenDir('too_many_rejects'));
    await scenario.run(`${TIER_1} --run-date 2026-02-02`);
    expect(value(scenario.db, 'SELECT count(*) FROM core_rejects')).toBe(6n);
    expect(value(scenario.db, 'SELECT count(*) FROM finra_otc_transparency_normalized')).toBe(0n);
    expect(query(scenario.db, 'SELECT DISTINCT capture_state, captured_at FROM finra_otc_transparency_raw')).toEqual([
      { capture_state: 'rejected', captured_at: null },
    ]);
  });
});

describe('--force', () => {
  it.each<BrokenKind>(['shrunk', 'shrunk_shares', 'shrunk_venues'])('accepts what has shrunk: %s', async (kind) => {
    const scenario = stored();
    scenario.put(brokenDir(kind), [SMALL_PARTITION]);
    expect((await scenario.run(`${TIER_1} --run-date 2026-02-09 --force`)).exit_code).toBe(0);
  });

  it.each<BrokenKind>(['too_many_rejects', 'updated_before_week', 'shares_overflow', 'truncated', 'wrong_week'])(
    'overrides nothing else: %s',
    async (kind) => {
      const scenario = createScenario(brokenDir(kind));
      expect((await scenario.run(`${TIER_1} --run-date 2026-02-02 --force`)).exit_code).toBe(1);
    },
  );
});

describe('a week that has much less than its neighbour', () => {
  /** A clean week, and in the next run the week after it with few rows. */
  async function afterNeighbour(options = '') {
    const scenario = createScenario(CLEAN_DIR, [{ weekEnding: '2025-12-12', tier: 'NMS_TIER_1' }]);
    await scenario.run('--weeks 2025-12-12 --tiers T1 --run-date 2026-02-02');
    scenario.write(FILE, encodeOfficial(smallRows()));
    const document = await scenario.run(`${TIER_1} --run-date 2026-02-02 ${options}`);
    return { scenario, document, warnings: document.notices.filter(({ severity }) => severity === 'WARN') };
  }

  it('is accepted with a warning for each measure', async () => {
    const { scenario, document, warnings } = await afterNeighbour();
    expect({ code: document.exit_code, anomalies: document.totals.anomalies }).toEqual({ code: 0, anomalies: 2 });
    expect(warnings.map(({ category, week_ending, tier }) => `${category} ${week_ending} ${tier}`)).toEqual([
      'LOW_ROWS 2025-12-19 NMS_TIER_1',
      'LOW_SHARES 2025-12-19 NMS_TIER_1',
    ]);
    expect(warnings[0]?.message).toBe(
      'rows fell from 340 to 60 (82.4 %) against the week ending 2025-12-12; expected around holidays',
    );
    expect(query(scenario.db, 'SELECT DISTINCT severity, stage, resolved_at FROM core_anomalies')).toEqual([
      { severity: 'WARN', stage: 'NORMALIZED', resolved_at: null },
    ]);
  });

  it('is not warned of where --warn-shrinkage allows it', async () => {
    expect((await afterNeighbour('--warn-shrinkage 100')).warnings).toEqual([]);
    const { warnings } = await afterNeighbour('--warn-shrinkage rows=90,shares=100,venues=20');
    expect(warnings.map(({ category }) => category)).toEqual(['LOW_VENUES']);
  });
});
