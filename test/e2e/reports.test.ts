import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenDir, CLEAN_DIR } from '../generator/fixture-paths.ts';
import type { RunDocument } from '../harness/run-document.ts';
import { createScenario } from '../harness/scenario.ts';

const OTC = { weekEnding: '2025-12-19', tier: 'OTC' } as const;
const TIER_2 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_2' } as const;
const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02';

// Every control but the line end, and the bidirectional overrides that can disguise a text.
const CONTROLS = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

describe('the document of a run', () => {
  /** One partition ingested, one rejected by a gate, one missing. */
  async function mixed() {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    scenario.put(brokenDir('too_many_rejects'));
    const ended = await scenario.start(`${WEEK} --json`);
    return { ended, document: JSON.parse(ended.stdout) as RunDocument, scenario };
  }

  it('holds what a script needs', async () => {
    const { document, scenario } = await mixed();
    expect(document).toMatchObject({
      run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      mode: 'run',
      run_date: '2026-02-02',
      window: { weeks: ['2025-12-19'], tiers: ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'] },
      source: 'file',
      database: scenario.db,
      data_dir: scenario.dataDir,
      totals: { partitions: 3, ingested: 1, failed: 2, rows: 240, rejects: 6 },
      error: null,
      exit_code: 1,
    });
    expect(document.started_at <= document.ended_at).toBe(true);
  });

  it('holds a partition for each week and tier, with its stages, its capture and its error', async () => {
    const { document } = await mixed();
    const [tier1, tier2, otc] = document.partitions;
    expect(document.partitions).toHaveLength(3);
    expect(Object.keys(otc ?? {})).toEqual(
      expect.arrayContaining('week_ending tier action reason outcome stages capture_id rows rejects error'.split(' ')),
    );
    expect(otc).toMatchObject({
      action: 'ingest',
      reason: 'first_capture',
      outcome: 'ingested',
      capture_id: 'finra.otc_transparency:OTC:2025-12-19:20260202',
      rows: 180,
      rejects: 0,
      error: null,
    });
    expect(otc?.stages.map(({ stage, status }) => `${stage} ${status}`)).toEqual(
      ['RAW', 'NORMALIZED', 'VENUE_VOLUME', 'VENUE_SHARE', 'HHI'].map((stage) => `${stage} complete`),
    );
    expect(tier1).toMatchObject({
      outcome: 'failed',
      rows: 60,
      rejects: 6,
      stages: [
        { stage: 'RAW', status: 'complete', row_count: 60, error: null },
        { stage: 'NORMALIZED', status: 'failed', row_count: null, error: { code: 'too_many_rejects' } },
      ],
      error: { code: 'too_many_rejects', message: expect.any(String), hint: expect.any(String) },
    });
    expect(tier2).toMatchObject({ action: 'fail', outcome: 'failed', capture_id: null, rows: null, stages: [] });
  });

  it('holds tier split and readiness by week', async () => {
    const { document } = await mixed();
    expect(document.weeks).toEqual([
      {
        week_ending: '2025-12-19',
        tier_split: { status: 'awaited', capture_id: null, row_count: null, error: null },
        readiness: {
          ready: false,
          blockers: [
            'NMS Tier 1: captured, but rejected',
            'NMS Tier 2: missing',
            'NMS_TIER_1: open anomaly TOO_MANY_REJECTS',
            'NMS_TIER_2: open anomaly SOURCE_MISSING',
          ],
          awaited_until: null,
        },
      },
    ]);
  });

  it('is all of stdout, while stderr still says what went wrong', async () => {
    const { ended } = await mixed();
    expect(ended.stdout).toBe(`${JSON.stringify(JSON.parse(ended.stdout), null, 2)}\n`);
    expect(ended.stderr).toMatch(
      /^error: 2025-12-19 NMS_TIER_1 failed: .*\ntry: .*\nerror: 2025-12-19 NMS_TIER_2 failed: /,
    );
  });

  it('has snake_case keys throughout', async () => {
    const { document } = await mixed();
    const keys = new Set<string>();
    JSON.stringify(document, (key, cell) => {
      keys.add(key);
      return cell;
    });
    expect([...keys].filter((key) => !/^[a-z0-9_]*$/.test(key))).toEqual([]);
  });

  it('has the same actions in a dry run', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC, TIER_2]);
    const plan = (document: RunDocument) => document.partitions.map(({ action, reason }) => `${action} ${reason}`);
    const dry = await scenario.run(`${WEEK} --dry-run`);
    expect(dry.mode).toBe('dry-run');
    expect(dry.partitions.map(({ outcome }) => outcome)).toEqual(['failed', 'planned', 'planned']);
    expect(plan(await scenario.run(WEEK))).toEqual(plan(dry));
  });

  it('is printed when the run could not do its job, but not for bad options', async () => {
    const scenario = createScenario();
    const { code, stdout } = await scenario.start(`${WEEK} --json --data-dir /does/not/exist`);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      partitions: [],
      exit_code: 2,
      error: {
        code: 'data_dir_missing',
        message: 'the data folder /does/not/exist does not exist',
        hint: expect.any(String),
      },
    });
    expect((await scenario.start(`${WEEK} --json --mode later`)).stdout).toBe('');
  });

  it('lists the files that belong to no partition', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    scenario.write('notes.txt', '');
    expect((await scenario.run(WEEK)).unmatched_files).toEqual(['notes.txt']);
  });
});

describe('the text of a run', () => {
  it.each(['', '--quiet', '--verbose', '--dry-run', '--json'])('holds no control characters: %s', async (options) => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    // Names that would clear a screen, ring a bell or run backwards if a terminal were to see them.
    scenario.write('tier1_20251222.\u001b[2J\u0007\u202e.csv', 'x');
    scenario.write('notes\u001b]0;title\u0007.txt', 'x');
    mkdirSync(join(scenario.dataDir, 'tier2_20251222.\u009b31m'));
    const { code, stdout, stderr } = await scenario.start(`${WEEK} ${options}`);
    expect(code).toBe(1);
    expect(stdout).not.toMatch(CONTROLS);
    expect(stderr).not.toMatch(CONTROLS);
    expect(stderr).toContain('tier2_20251222.\\x9b31m');
  });

  it('has one line per partition under its phase, the grid, the totals and the exit code', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    const { stdout } = await scenario.start(`${WEEK} --tiers OTC`);
    const lines = stdout
      .replaceAll(scenario.dir, 'DIR')
      .replaceAll(/ +[\d.]+s/g, ' TIME')
      .trimEnd()
      .split('\n');
    expect(lines).toEqual([
      'FINRA OTC transparency  weekly run, run date 2026-02-02',
      '  weeks       2025-12-19',
      '  tiers       OTC',
      '  source      file, DIR/data',
      '  database    DIR/store/market_spine.db',
      '  plan        1 to ingest',
      '',
      expect.stringMatching(/^Ingest +time +rows {2}from$/),
      expect.stringMatching(/^ {2}ok +2025-12-19 +OTC TIME +180 /),
      '',
      expect.stringMatching(/^Normalize +time +rows +rejects$/),
      expect.stringMatching(/^ {2}ok +2025-12-19 +OTC TIME +180 +0$/),
      '',
      expect.stringMatching(/^Calcs +time +volume +share +hhi$/),
      expect.stringMatching(/^ {2}ok +2025-12-19 +OTC TIME +180 +180 +\d+$/),
      '',
      expect.stringMatching(/^Weeks +OTC +tier split$/),
      expect.stringMatching(/^ {2}2025-12-19 +ingested +awaited$/),
      '',
      'Totals',
      '  partitions  1 ingested',
      '  rows        180',
      '  rejects     0',
      '  anomalies   0',
      expect.stringMatching(/^ {2}time TIME$/),
      '',
      'exit 0, success: no partition needs attention',
    ]);
  });

  it('of a dry run is its plan, with would', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    const { code, stdout } = await scenario.start(`${WEEK} --tiers OTC --dry-run`);
    expect(code).toBe(0);
    expect(stdout).toContain('  2025-12-19  OTC         would ingest (first capture)');
    expect(stdout).toContain('dry run, nothing is written');
  });
});
