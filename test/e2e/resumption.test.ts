import { describe, expect, it } from 'vitest';
import { brokenDir, CLEAN_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { execute, query, value, viewContents } from '../harness/database.ts';
import { outcomesOf, partitionOf, type RunDocument } from '../harness/run-document.ts';
import { createScenario, scenariosAfter } from '../harness/scenario.ts';
import { leftovers, NOTHING_LEFT, storedState } from '../harness/stored-state.ts';

const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02';
const THREE_TIERS = [
  { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' },
  { weekEnding: '2025-12-19', tier: 'NMS_TIER_2' },
  { weekEnding: '2025-12-19', tier: 'OTC' },
] as const;

/** The week's three tiers, stored on 2026-02-02. */
const stored = scenariosAfter(WEEK, CLEAN_DIR);

const tier1 = (document: RunDocument) => partitionOf(document, '2025-12-19', 'NMS_TIER_1');
const stagesRun = (document: RunDocument) => tier1(document).stages.map(({ stage }) => stage);
const tierSplit = (document: RunDocument) => document.weeks[0]?.tier_split.status;

describe('a run in pieces', () => {
  it('ends as a whole run does, and each piece does its own part only', async () => {
    const whole = stored();
    const pieces = createScenario(CLEAN_DIR, THREE_TIERS);

    const ingested = await pieces.run(`${WEEK} --only-stage ingest`);
    expect(outcomesOf(ingested)).toMatchObject({ '2025-12-19 NMS_TIER_1': 'ingest first_capture ingested' });
    expect({ stages: stagesRun(ingested), split: tierSplit(ingested) }).toEqual({ stages: ['RAW'], split: 'awaited' });
    expect(ingested.exit_code).toBe(0);
    expect(viewContents(pieces.db)).toMatchObject({
      finra_otc_transparency_raw_latest: [],
      finra_otc_transparency_normalized: [],
    });

    const normalized = await pieces.run(`${WEEK} --only-stage normalize --data-dir /nowhere`);
    expect(outcomesOf(normalized)).toMatchObject({ '2025-12-19 NMS_TIER_1': 'resume normalize_pending resumed' });
    expect({ stages: stagesRun(normalized), split: tierSplit(normalized) }).toEqual({
      stages: ['NORMALIZED'],
      split: 'not_selected',
    });
    expect(normalized.exit_code).toBe(0);

    const computed = await pieces.run(`${WEEK} --only-stage calc --data-dir /nowhere`);
    expect(outcomesOf(computed)).toMatchObject({ '2025-12-19 NMS_TIER_1': 'resume calc_pending resumed' });
    expect({ stages: stagesRun(computed), split: tierSplit(computed) }).toEqual({
      stages: ['VENUE_VOLUME', 'VENUE_SHARE', 'HHI'],
      split: 'computed',
    });
    expect(storedState(pieces.db)).toEqual(storedState(whole.db));
  });

  it('is finished by the next whole run, though no hash has changed', async () => {
    for (const stage of ['ingest', 'normalize']) {
      const scenario = createScenario(CLEAN_DIR, THREE_TIERS);
      await scenario.run(`${WEEK} --only-stage ingest`);
      if (stage === 'normalize') await scenario.run(`${WEEK} --only-stage normalize`);
      const document = await scenario.run(WEEK);
      expect(document.totals).toMatchObject({ resumed: 3, ingested: 0 });
      expect(storedState(scenario.db)).toEqual(storedState(stored().db));
    }
  });

  it('says which piece a calc waits for', async () => {
    const scenario = createScenario(CLEAN_DIR, THREE_TIERS);
    await scenario.run(`${WEEK} --only-stage ingest`);
    const document = await scenario.run(`${WEEK} --only-stage calc`);
    expect(document.exit_code).toBe(1);
    expect(tier1(document)).toMatchObject({
      action: 'blocked',
      error: {
        code: 'input_not_ready',
        message: expect.stringContaining('finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202 is staged'),
        hint: `run-finra-weekly-schedule --weeks 2025-12-19 --tiers NMS_TIER_1 --only-stage normalize --db ${scenario.db}`,
      },
    });
  });
});

describe('a calc', () => {
  it.each([
    ['VENUE_VOLUME', ['VENUE_VOLUME', 'VENUE_SHARE', 'HHI']],
    ['VENUE_SHARE', ['VENUE_SHARE', 'HHI']],
    ['HHI', ['HHI']],
  ])('of an older version is made anew with those after it: %s', async (stage, again) => {
    const scenario = stored();
    const before = viewContents(scenario.db);
    execute(
      scenario.db,
      `UPDATE core_manifest SET calc_version = 0 WHERE stage = '${stage}' AND partition_key LIKE '%NMS_TIER_1%'`,
    );
    const document = await scenario.run(WEEK);
    expect(outcomesOf(document)).toMatchObject({
      '2025-12-19 NMS_TIER_1': 'resume calc_pending resumed',
      '2025-12-19 OTC': 'skip unchanged unchanged',
    });
    expect({ stages: stagesRun(document), split: tierSplit(document) }).toEqual({ stages: again, split: 'current' });
    expect(viewContents(scenario.db)).toEqual(before);
  });

  it('over three tiers is made anew when its version is older', async () => {
    const scenario = stored();
    execute(scenario.db, "UPDATE core_manifest SET calc_version = 0 WHERE stage = 'TIER_SPLIT'");
    const document = await scenario.run(WEEK);
    expect({ unchanged: document.totals.unchanged, split: tierSplit(document) }).toEqual({
      unchanged: 3,
      split: 'computed',
    });
  });
});

describe('--force', () => {
  it('takes unchanged files again on the same day, and leaves every count and figure identical', async () => {
    const scenario = stored();
    const [before, clocks] = [storedState(scenario.db), clocksOf(scenario.db)];
    const document = await scenario.run(`${WEEK} --force`);
    expect(outcomesOf(document)).toEqual({
      '2025-12-19 NMS_TIER_1': 'ingest forced ingested',
      '2025-12-19 NMS_TIER_2': 'ingest forced ingested',
      '2025-12-19 OTC': 'ingest forced ingested',
    });
    expect(tierSplit(document)).toBe('computed');
    expect(storedState(scenario.db)).toEqual(before);
    expect(clocksOf(scenario.db)).toEqual(clocks);
  });

  it('restates them on a later day', async () => {
    const scenario = stored();
    const document = await scenario.run('--weeks 2025-12-19 --run-date 2026-02-03 --tiers OTC --force');
    expect(document.exit_code).toBe(0);
    const captures = `SELECT run_date, superseded_at IS NULL AS is_latest FROM core_captures
      WHERE tier = 'OTC' ORDER BY run_date`;
    expect(query(scenario.db, captures)).toEqual([
      { run_date: '2026-02-02', is_latest: 0n },
      { run_date: '2026-02-03', is_latest: 1n },
    ]);
  });

  it('with --only-stage calc makes the calcs anew, and the same', async () => {
    const scenario = stored();
    const before = storedState(scenario.db);
    const document = await scenario.run(`${WEEK} --only-stage calc --force`);
    expect(document.totals).toMatchObject({ resumed: 3 });
    expect(tierSplit(document)).toBe('computed');
    expect(storedState(scenario.db)).toEqual(before);
  });
});

describe('a rejected capture', () => {
  /** The week stored, then Tier 1 restated by a file that shrank too much. */
  async function withRejected() {
    const scenario = stored();
    const before = viewContents(scenario.db);
    scenario.put(brokenDir('shrunk'), [SMALL_PARTITION]);
    const document = await scenario.run('--weeks 2025-12-19 --run-date 2026-02-09');
    expect(tier1(document)).toMatchObject({ outcome: 'failed', error: { code: 'shrunk_rows' } });
    expect(document.totals).toMatchObject({ failed: 1, unchanged: 2 });
    return { scenario, before };
  }

  it('leaves its predecessor the latest, with all that was made from it', async () => {
    const { scenario, before } = await withRejected();
    const after = viewContents(scenario.db);
    for (const name of Object.keys(before).filter((view) => view.endsWith('_latest'))) {
      expect(after[name], name).toEqual(before[name]);
    }
    expect(query(scenario.db, "SELECT state, captured_at FROM core_captures WHERE run_date = '2026-02-09'")).toEqual([
      { state: 'rejected', captured_at: null },
    ]);
  });

  it('is what its run tells of, also where the calcs of its predecessor were still to be made', async () => {
    const scenario = createScenario(CLEAN_DIR, [SMALL_PARTITION]);
    for (const stage of ['ingest', 'normalize']) await scenario.run(`${WEEK} --tiers T1 --only-stage ${stage}`);
    scenario.put(brokenDir('shrunk'), [SMALL_PARTITION]);
    const document = await scenario.run('--weeks 2025-12-19 --run-date 2026-02-09 --tiers T1');
    expect(tier1(document)).toMatchObject({
      outcome: 'failed',
      capture_id: 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260209',
      rows: 136,
    });
    expect(stagesRun(document)).toEqual(['RAW', 'NORMALIZED', 'VENUE_VOLUME', 'VENUE_SHARE', 'HHI']);
    expect(value(scenario.db, 'SELECT DISTINCT capture_id FROM finra_otc_transparency_hhi_latest')).toBe(
      'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202',
    );
  });

  it('is normalized again, and fails again, while nothing has changed', async () => {
    const { scenario } = await withRejected();
    for (const runDate of ['2026-02-09', '2026-02-10']) {
      const document = await scenario.run(`--weeks 2025-12-19 --run-date ${runDate}`);
      expect(document.exit_code).toBe(1);
      expect(tier1(document)).toMatchObject({ action: 'resume', reason: 'normalize_rejected', outcome: 'failed' });
      expect(stagesRun(document)).toEqual(['NORMALIZED']);
    }
    expect(value(scenario.db, "SELECT occurrences FROM core_anomalies WHERE category = 'SHRUNK_ROWS'")).toBe(3n);
    expect(value(scenario.db, "SELECT count(*) FROM core_captures WHERE state = 'rejected'")).toBe(1n);
  });

  it.each([
    ['the gate changes', '--max-shrinkage rows=70', 'resume normalize_rejected resumed'],
    ['--force is given', '--force', 'ingest forced ingested'],
    ['--force is given to normalize alone', '--force --only-stage normalize', 'resume normalize_rejected resumed'],
  ])('is accepted when %s', async (_, options, outcome) => {
    const { scenario } = await withRejected();
    const document = await scenario.run(`--weeks 2025-12-19 --run-date 2026-02-09 --tiers T1 ${options}`);
    expect(outcomesOf(document)).toEqual({ '2025-12-19 NMS_TIER_1': outcome });
    expect(query(scenario.db, "SELECT state FROM core_captures WHERE tier = 'NMS_TIER_1' ORDER BY run_date")).toEqual([
      { state: 'accepted' },
      { state: 'accepted' },
    ]);
    expect(leftovers(scenario.db)).toEqual(NOTHING_LEFT);
  });

  it('gives way to a good file, on its own day without a trace', async () => {
    const { scenario } = await withRejected();
    scenario.revise(SMALL_PARTITION);
    const document = await scenario.run('--weeks 2025-12-19 --run-date 2026-02-09');
    expect(tier1(document)).toMatchObject({ reason: 'revised', outcome: 'ingested' });
    expect(value(scenario.db, "SELECT count(*) FROM core_captures WHERE state <> 'accepted'")).toBe(0n);
  });

  it('gives way to the file that was accepted before it', async () => {
    const { scenario } = await withRejected();
    scenario.restore(SMALL_PARTITION);
    const document = await scenario.run('--weeks 2025-12-19 --run-date 2026-02-10');
    expect(tier1(document)).toMatchObject({ reason: 'revised', outcome: 'ingested' });
    expect(document.exit_code).toBe(0);
    expect(value(scenario.db, 'SELECT is_ready FROM core_data_readiness')).toBe(1n);
  });
});

function clocksOf(db: string): unknown {
  return query(db, 'SELECT capture_id, captured_at, superseded_at FROM core_captures ORDER BY capture_id');
}
