import { describe, expect, it } from 'vitest';
import { brokenDir, CLEAN_DIR, formDir, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { execute, query, value } from '../harness/database.ts';
import { partitionOf, type RunDocument } from '../harness/run-document.ts';
import { createScenario, type Scenario, scenariosAfter } from '../harness/scenario.ts';

const TIER_1 = '--weeks 2025-12-19 --tiers T1';
const DUE = `${TIER_1} --run-date 2026-02-02`;

const stored = scenariosAfter(DUE, CLEAN_DIR);

/** The anomalies, oldest first: `severity category stage occurrences`, and the note that resolved it. */
function anomalies({ db }: Scenario): string[] {
  return query(db, 'SELECT * FROM core_anomalies ORDER BY anomaly_id').map(
    ({ severity, category, stage, occurrences, resolution }) =>
      `${severity} ${category} ${stage} ${occurrences}${resolution === null ? '' : `: ${resolution}`}`,
  );
}

const notices = (document: RunDocument) => document.notices.map(({ severity, category }) => `${severity} ${category}`);

describe('an anomaly', () => {
  it('is one row, counted up while it is open, and resolved by the stage that succeeds', async () => {
    const scenario = createScenario(brokenDir('missing_column'));
    await scenario.run(DUE);
    expect(anomalies(scenario)).toEqual(['ERROR MISSING_COLUMNS RAW 1']);
    const [first] = query(scenario.db, 'SELECT * FROM core_anomalies');
    const again = await scenario.run(DUE);
    expect(again.totals.anomalies).toBe(1);
    expect(anomalies(scenario)).toEqual(['ERROR MISSING_COLUMNS RAW 2']);
    const [second] = query(scenario.db, 'SELECT * FROM core_anomalies');
    expect(second).toMatchObject({ anomaly_id: first?.anomaly_id, detected_at: first?.detected_at, resolved_at: null });
    expect(`${second?.last_seen_at}` > `${first?.last_seen_at}`).toBe(true);

    scenario.restore(SMALL_PARTITION);
    const mended = await scenario.run(DUE);
    expect(mended).toMatchObject({ exit_code: 0, totals: { anomalies: 0 } });
    expect(anomalies(scenario)).toEqual([
      'ERROR MISSING_COLUMNS RAW 2: RAW succeeded with finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202',
    ]);
  });

  it('of another category is another row, and both are resolved together', async () => {
    const scenario = createScenario(brokenDir('missing_column'));
    await scenario.run(DUE);
    scenario.put(brokenDir('truncated'));
    await scenario.run(DUE);
    expect(anomalies(scenario)).toEqual(['ERROR MISSING_COLUMNS RAW 1', 'ERROR TRUNCATED_FILE RAW 1']);
    scenario.restore(SMALL_PARTITION);
    await scenario.run(DUE);
    expect(query(scenario.db, 'SELECT category FROM core_anomalies WHERE resolved_at IS NULL')).toEqual([]);
  });

  it('that comes back after it was resolved is a new row', async () => {
    const scenario = stored();
    scenario.put(brokenDir('truncated'));
    await scenario.run(DUE);
    scenario.revise(SMALL_PARTITION);
    await scenario.run(DUE);
    scenario.put(brokenDir('truncated'));
    await scenario.run(DUE);
    expect(query(scenario.db, "SELECT resolved_at IS NULL AS is_open FROM core_anomalies WHERE stage = 'RAW'")).toEqual(
      [{ is_open: 0n }, { is_open: 1n }],
    );
  });

  it('is kept with the run that saw it last', async () => {
    const scenario = createScenario();
    await scenario.run(DUE);
    const { run_id } = await scenario.run(DUE);
    expect(query(scenario.db, 'SELECT run_id FROM core_anomalies')).toEqual([{ run_id }]);
  });

  it('of a breached gate is resolved when the capture is accepted after all', async () => {
    const scenario = stored();
    scenario.put(brokenDir('shrunk'), [SMALL_PARTITION]);
    await scenario.run(`${TIER_1} --run-date 2026-02-09`);
    await scenario.run(`${TIER_1} --run-date 2026-02-09 --max-shrinkage 90`);
    expect(anomalies(scenario)).toEqual([
      'ERROR SHRUNK_ROWS NORMALIZED 1: NORMALIZED succeeded with finra.otc_transparency:NMS_TIER_1:2025-12-19:20260209',
    ]);
  });
});

describe('what is wrong with the source', () => {
  it('is resolved when the file is what it was, though nothing is ingested', async () => {
    const scenario = stored();
    scenario.write('tier1_20251219.csv', 'a second file');
    expect(partitionOf(await scenario.run(DUE), '2025-12-19', 'NMS_TIER_1').reason).toBe('source_ambiguous');
    expect(anomalies(scenario)).toEqual(['ERROR SOURCE_AMBIGUOUS RAW 1']);
    expect(query(scenario.db, 'SELECT is_ready, blockers_json FROM core_data_readiness')).toMatchObject([
      { is_ready: 0n, blockers_json: expect.stringContaining('NMS_TIER_1: open anomaly SOURCE_AMBIGUOUS') },
    ]);
    scenario.removeFile('tier1_20251219.csv');
    await scenario.run(DUE);
    expect(anomalies(scenario)).toEqual(['ERROR SOURCE_AMBIGUOUS RAW 1: the source is unchanged']);
  });

  it('goes from late to missing to there', async () => {
    const scenario = createScenario();
    const late = await scenario.run(`${TIER_1} --run-date 2026-01-05`);
    expect(notices(late)).toEqual(['WARN PUBLICATION_LATE']);
    await scenario.run(`${TIER_1} --run-date 2026-01-06`);
    expect(anomalies(scenario)).toEqual(['WARN PUBLICATION_LATE RAW 2']);
    await scenario.run(`${TIER_1} --run-date 2026-01-09`);
    expect(anomalies(scenario)).toEqual(['WARN PUBLICATION_LATE RAW 2', 'ERROR SOURCE_MISSING RAW 1']);
    scenario.restore(SMALL_PARTITION);
    await scenario.run(`${TIER_1} --run-date 2026-01-10`);
    expect(query(scenario.db, 'SELECT category FROM core_anomalies WHERE resolved_at IS NULL')).toEqual([]);
  });

  it('is not looked at by a run that does not look at the source', async () => {
    const scenario = createScenario();
    await scenario.run(DUE);
    await scenario.run(`${DUE} --only-stage normalize`);
    expect(anomalies(scenario)).toEqual(['ERROR SOURCE_MISSING RAW 1']);
  });
});

describe('an anomaly that an operator writes', () => {
  const PARTITION = '{"week_ending":"2025-12-19","tier":"NMS_TIER_1"}';

  it.each([
    ['of a stage that the program does not have stays', PARTITION, 'DESK_CHECK', [null, null]],
    ["of a calc's stage is resolved by its next success", PARTITION, 'HHI', [null, 'HHI succeeded with ']],
    ['of the raw stage is resolved by a run that finds the source as it is', PARTITION, 'RAW', ['the source is ']],
    ['of no partition is resolved by any clean run, whatever its stage', '', 'DESK_CHECK', ['run ']],
  ])('%s', async (_, key, stage, resolutions) => {
    const scenario = stored();
    execute(
      scenario.db,
      `INSERT INTO core_anomalies (domain, severity, category, partition_key, stage, message, detected_at, last_seen_at)
      VALUES ('finra.otc_transparency', 'CRITICAL', 'DESK_TOTALS', '${key}', '${stage}', 'differ', '2026', '2026')`,
    );
    const lines = [DUE, `${DUE} --force`];
    for (const [index, resolution] of resolutions.entries()) {
      await scenario.run(lines[index] ?? '');
      const found = value(scenario.db, "SELECT resolution FROM core_anomalies WHERE category = 'DESK_TOTALS'");
      expect(resolution === null ? found : String(found)).toEqual(
        resolution === null ? null : expect.stringContaining(resolution),
      );
    }
  });
});

describe('what an operator should know of accepted data', () => {
  it('is that a file came before it could be published, and what its name may mean', async () => {
    const scenario = createScenario(formDir('named_by_publication'));
    // Read as if its name told its week: 2026-01-16, whose publication is still to come.
    const document = await scenario.run('--weeks 2026-01-16 --tiers OTC --run-date 2026-02-02');
    expect(document.exit_code).toBe(0);
    expect(document.notices).toContainEqual({
      severity: 'WARN',
      category: 'EARLY_DATA',
      week_ending: '2026-01-16',
      tier: 'OTC',
      message:
        'last updated on 2026-01-19, before FINRA could publish this week (2026-02-16); ' +
        'likely its file is named by the publication date: see --file-date published',
    });
    expect(anomalies(scenario)).toEqual(['WARN EARLY_DATA NORMALIZED 1']);
  });

  it('is that columns are new, said once for all files', async () => {
    const scenario = createScenario(formDir('reordered_columns'));
    const document = await scenario.run(DUE);
    expect(document.notices).toContainEqual({
      severity: 'INFO',
      category: 'UNKNOWN_COLUMNS',
      week_ending: null,
      tier: null,
      message: 'columns that this program does not read: initialPublishedDate, lastReportedDate',
    });
    expect(anomalies(scenario)).toEqual(['INFO UNKNOWN_COLUMNS RAW 1']);
  });

  it('is that columns are new until they are gone: an unchanged file resolves nothing', async () => {
    const scenario = createScenario(formDir('reordered_columns'));
    await scenario.run(DUE);
    await scenario.run(DUE);
    expect(anomalies(scenario)).toEqual(['INFO UNKNOWN_COLUMNS RAW 1']);
    scenario.put(formDir('official'), [SMALL_PARTITION]);
    await scenario.run(DUE);
    expect(
      query(scenario.db, "SELECT category FROM core_anomalies WHERE stage = 'RAW' AND resolved_at IS NULL"),
    ).toEqual([]);
  });

  it('is that a replay put other bytes in the place of a capture, with both hashes', async () => {
    const scenario = stored();
    const hash = () => query(scenario.db, 'SELECT content_hash FROM core_captures')[0]?.content_hash;
    const before = hash();
    scenario.revise(SMALL_PARTITION);
    const document = await scenario.run(DUE);
    expect(notices(document)).toContain('INFO REPLAY_CHANGED');
    expect(query(scenario.db, "SELECT message FROM core_anomalies WHERE category = 'REPLAY_CHANGED'")).toEqual([
      {
        message:
          'a replay replaced finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202: ' +
          `hash ${before} became ${hash()}`,
      },
    ]);
  });
});
