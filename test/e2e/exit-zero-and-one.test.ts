import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenDir, CLEAN_DIR, fixtureFileName } from '../generator/fixture-paths.ts';
import { execute, query, value } from '../harness/database.ts';
import { createScenario } from '../harness/scenario.ts';

const OTC = { weekEnding: '2025-12-19', tier: 'OTC' } as const;
const TIER_1 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' } as const;
const TIER_2 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_2' } as const;
const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02 --quiet';

/** What stderr holds: each line given, and nothing else. */
function lines(...expected: string[]): string {
  return expected.map((line) => `${line}\n`).join('');
}

const FETCH =
  'try: fetch it into the data folder and run again; --publication-grace sets how long absence is tolerated';

describe('exit 0', () => {
  it('when every partition is ingested, and again when every one is unchanged', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC, TIER_1, TIER_2]);
    const first = await scenario.start(WEEK);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^exit 0, success: 3 ingested, 970 rows, [\d.]+s\n$/);
    const second = await scenario.start(WEEK);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toMatch(/^exit 0, success: 3 unchanged, 0 rows, [\d.]+s\n$/);
  });

  it('when a partition is resumed', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    expect((await scenario.start(`${WEEK} --tiers OTC --only-stage ingest`)).code).toBe(0);
    const resumed = await scenario.start(`${WEEK} --tiers OTC`);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(resumed.stdout).toMatch(/^exit 0, success: 1 resumed, 180 rows/);
  });

  it('when partitions are awaiting publication, which nobody is warned of', async () => {
    const awaiting = await createScenario().start('--weeks 2025-12-19 --run-date 2025-12-22 --quiet');
    expect(awaiting).toMatchObject({ code: 0, stderr: '' });
    expect(awaiting.stdout).toMatch(/^exit 0, success: 3 awaiting publication, 0 rows/);
  });

  it('when a partition is late, with a warning', async () => {
    const late = await createScenario().start('--weeks 2025-12-19 --run-date 2026-01-08 --quiet');
    expect(late).toMatchObject({
      code: 0,
      stderr: lines(
        'warning: 2025-12-19 NMS_TIER_1: FINRA was to publish it on 2026-01-05; its absence is a failure after 2026-01-08',
      ),
    });
    expect(late.stdout).toMatch(/^exit 0, success: 2 awaiting publication, 1 late, 0 rows/);
  });

  it('when what is left to do was cancelled', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    await scenario.start(`${WEEK} --tiers OTC --only-stage ingest`);
    await scenario.start(`${WEEK} --tiers OTC`);
    execute(scenario.db, "UPDATE core_work_items SET state = 'CANCELLED' WHERE pipeline = 'ingest_week'");
    scenario.write(fixtureFileName(OTC), 'anything else');
    const cancelled = await scenario.start(`${WEEK} --tiers OTC`);
    expect(cancelled).toMatchObject({ code: 0, stderr: '' });
    expect(cancelled.stdout).toMatch(/^exit 0, success: 1 cancelled, 0 rows/);
  });
});

describe('exit 1', () => {
  it('when a partition that is due is missing; the others are ingested', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC, TIER_1]);
    const ended = await scenario.start(WEEK);
    expect(ended).toMatchObject({
      code: 1,
      stderr: lines(
        'error: 2025-12-19 NMS_TIER_2 failed: the source has nothing for it, though FINRA was to publish it on 2026-01-19',
        FETCH,
      ),
    });
    expect(ended.stdout).toMatch(/^exit 1, partial failure: 1 failed, 2 ingested, 520 rows/);
    expect(value(scenario.db, 'SELECT count(*) FROM core_captures')).toBe(2n);
  });

  it('still, when every partition failed', async () => {
    const ended = await createScenario().start(WEEK);
    expect(ended).toMatchObject({
      code: 1,
      stderr: lines(
        'error: 2025-12-19 NMS_TIER_1 failed: the source has nothing for it, though FINRA was to publish it on 2026-01-05',
        FETCH,
        'error: 2025-12-19 NMS_TIER_2 failed: the source has nothing for it, though FINRA was to publish it on 2026-01-19',
        FETCH,
        'error: 2025-12-19 OTC failed: the source has nothing for it, though FINRA was to publish it on 2026-01-19',
        FETCH,
      ),
    });
    expect(ended.stdout).toMatch(/^exit 1, partial failure: 3 failed, 0 rows/);
  });

  it('when two files are for one partition, both named', async () => {
    const scenario = createScenario(brokenDir('two_files'));
    const [one, other] = ['finra_otc_weekly_tier1_20251222.csv', 'nms_tier_1_week_2025-12-19.psv'];
    expect(await scenario.start(`${WEEK} --tiers T1`)).toMatchObject({
      code: 1,
      stderr: lines(
        'error: 2025-12-19 NMS_TIER_1 failed: two files or more are for this partition: ' +
          `${join(scenario.dataDir, one as string)} and ${join(scenario.dataDir, other as string)}`,
        'try: keep the right one in the data folder and move the others away; none was read',
      ),
    });
  });

  it('when a file cannot be read', async () => {
    const scenario = createScenario();
    const path = join(scenario.dataDir, fixtureFileName(OTC));
    mkdirSync(path);
    const { code, stderr } = await scenario.start(`${WEEK} --tiers OTC`);
    expect(code).toBe(1);
    const [error, hint, ...rest] = stderr.split('\n');
    expect(error).toBe(`error: 2025-12-19 OTC failed: ${path} cannot be read: it is not a regular file`);
    expect([hint, ...rest]).toEqual(['try: check the file, its owner and its mode, then run again', '']);
  });

  it('when a file is bad', async () => {
    const scenario = createScenario(brokenDir('missing_column'));
    expect(await scenario.start(`${WEEK} --tiers T1`)).toMatchObject({
      code: 1,
      stderr: lines(
        'error: 2025-12-19 NMS_TIER_1 failed: the header lacks the column totalWeeklyTradeCount',
        "try: FINRA's header names are expected, separated by `|` without quotes or by `,`; download the file again, or restore its header",
      ),
    });
  });

  it('when a gate is breached', async () => {
    const scenario = createScenario(brokenDir('too_many_rejects'));
    const ended = await scenario.start(`${WEEK} --tiers T1`);
    expect(ended).toMatchObject({
      code: 1,
      stderr: lines(
        'error: 2025-12-19 NMS_TIER_1 failed: 6 of its 60 rows are rejected (10.0 %; the gate is 5.0 %)',
        'try: see core_rejects for each row and why; --max-reject-share sets the gate',
      ),
    });
    expect(ended.stdout).toMatch(/^exit 1, partial failure: 1 failed, 60 rows/);
  });

  it.each([
    ['normalize', 'nothing is captured, so there is nothing to work on', 'ingest'],
    ['calc', 'nothing is captured, so there is nothing to work on', 'ingest'],
  ])('when --only-stage %s has nothing to work on', async (stage, message, before) => {
    const scenario = createScenario();
    const ended = await scenario.start(`${WEEK} --tiers OTC --only-stage ${stage}`);
    expect(ended).toMatchObject({
      code: 1,
      stderr: lines(
        `error: 2025-12-19 OTC is blocked: ${message}`,
        `try: run-finra-weekly-schedule --weeks 2025-12-19 --tiers OTC --only-stage ${before} ` +
          `--data-dir ${scenario.dataDir} --db ${scenario.db}`,
      ),
    });
    expect(ended.stdout).toMatch(/^exit 1, partial failure: 1 blocked, 0 rows/);
  });

  it('when the run date is before the newest capture and the file has changed', async () => {
    const scenario = createScenario(CLEAN_DIR, [TIER_1]);
    await scenario.start(`${WEEK} --tiers T1`);
    scenario.revise(TIER_1);
    expect(await scenario.start('--weeks 2025-12-19 --tiers T1 --run-date 2026-02-01 --quiet')).toMatchObject({
      code: 1,
      stderr: lines(
        'error: 2025-12-19 NMS_TIER_1 is blocked: the run date 2026-02-01 is before its newest capture, ' +
          'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202, which stays as it is',
        'try: leave --run-date out, or give one that is not before that capture',
      ),
    });
  });

  it('when --fail-fast stopped at the first failure and left the rest undone', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC, TIER_2]);
    scenario.put(brokenDir('truncated'));
    const ended = await scenario.start(`${WEEK} --fail-fast`);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^error: 2025-12-19 NMS_TIER_1 failed: the file is cut off: line 61, the last, has 6 of 8 fields and no line end\ntry: fetch the file again, and move it into the folder only when it is complete\n$/,
    );
    expect(ended.stdout).toMatch(/^exit 1, partial failure: 1 failed, 2 not attempted, 0 rows/);
    expect(value(scenario.db, 'SELECT count(*) FROM core_captures')).toBe(0n);
  });

  it('when the plan of a dry run holds a failure', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC, TIER_2]);
    const ended = await scenario.start(`${WEEK} --dry-run`);
    expect(ended).toMatchObject({
      code: 1,
      stdout: 'exit 1, partial failure: 1 would fail, 2 to ingest or resume, dry run\n',
      stderr: lines(
        'error: 2025-12-19 NMS_TIER_1 would fail: the source has nothing for it, though FINRA was to publish it on 2026-01-05',
        FETCH,
      ),
    });
  });
});

describe('every run', () => {
  it('is kept with its exit code and what it did', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    await scenario.start(`${WEEK} --tiers OTC`);
    await scenario.start(`${WEEK}`);
    await scenario.start('--weeks 2025-12-19 --run-date 2026-02-03 --data-dir /does/not/exist --quiet');
    const runs = query(
      scenario.db,
      `SELECT run_date, status, exit_code, ended_at >= started_at AS ended, counts_json ->> 'failed' AS failed,
        error_json ->> 'code' AS error FROM core_scheduler_runs ORDER BY started_at`,
    );
    expect(runs).toEqual([
      { run_date: '2026-02-02', status: 'success', exit_code: 0n, ended: 1n, failed: 0n, error: null },
      { run_date: '2026-02-02', status: 'partial', exit_code: 1n, ended: 1n, failed: 2n, error: null },
      { run_date: '2026-02-03', status: 'critical', exit_code: 2n, ended: 1n, failed: 0n, error: 'data_dir_missing' },
    ]);
  });
});
