import { describe, expect, it } from 'vitest';
import { brokenDir, CLEAN_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { execute, query } from '../harness/database.ts';
import { type EndedHere, fakeClock, runHere } from '../harness/in-process.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02';

/** A week whose first tier is cut off: its ingest has failed, the stages after it are pending. */
async function failedWeek(): Promise<Scenario> {
  const scenario = createScenario(CLEAN_DIR);
  scenario.put(brokenDir('truncated'), [SMALL_PARTITION]);
  await scenario.run(WEEK);
  return scenario;
}

function work({ db }: Scenario, line: string): Promise<EndedHere> {
  return runHere(['work', ...line.split(' '), '--db', db], { clock: fakeClock('2026-06-01T13:00:00.000Z') });
}

async function documentOf(scenario: Scenario, line: string) {
  const { code, stdout } = await work(scenario, `${line} --json`);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe('work list', () => {
  it('shows the items that fit, and what went wrong', async () => {
    const scenario = await failedWeek();
    const { code, stdout, stderr } = await work(scenario, 'list --week 2025-12-19 --state failed');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`\
Work items  1 failed
  id  state   pipeline     week        tier        tries
   1  FAILED  ingest_week  2025-12-19  NMS_TIER_1    1/3
      failed 2026-06-01 12:00:00 UTC: the file is cut off: line 61, the last, has 6 of 8 fields and no line end
`);
  });

  it('counts by state, and says so when there is none', async () => {
    const scenario = await failedWeek();
    expect((await work(scenario, 'list')).stdout).toMatch(/^Work items {2}1 failed, 4 pending, 10 complete\n/);
    expect((await work(scenario, 'list --state RUNNING')).stdout).toBe('Work items  none\n');
  });

  it('says by whom and when a running item was claimed, and when a waiting one is tried again', async () => {
    const scenario = await failedWeek();
    execute(
      scenario.db,
      `UPDATE core_work_items SET state = 'RUNNING', locked_by = 'pod-1:7', locked_at = '2026-06-01 12:00:00.000'
        WHERE id = 1;
      UPDATE core_work_items SET state = 'RETRY_WAIT', next_attempt_at = '2026-06-01 12:05:00.000',
        last_error = 'the disk is slow' WHERE id = 2`,
    );
    const { stdout } = await work(scenario, 'list');
    expect(stdout).toContain('\n      claimed by pod-1:7 2026-06-01 12:00:00 UTC\n');
    expect(stdout).toContain('\n      next attempt 2026-06-01 12:05:00 UTC, after the disk is slow\n');
  });

  it('is one document with --json', async () => {
    const { work_items: items, ...rest } = await documentOf(await failedWeek(), 'list --pipeline ingest_week');
    expect(rest).toEqual({ notices: [], error: null, exit_code: 0 });
    expect(items).toHaveLength(3);
    expect(items[0]).toEqual({
      id: 1,
      pipeline: 'ingest_week',
      week_ending: '2025-12-19',
      tier: 'NMS_TIER_1',
      state: 'FAILED',
      priority: 25,
      attempt_count: 1,
      max_attempts: 3,
      last_error: 'the file is cut off: line 61, the last, has 6 of 8 fields and no line end',
      last_error_at: expect.stringMatching(/^2026-06-01T12:00:00\.\d{3}Z$/),
      desired_at: expect.stringMatching(/Z$/),
      next_attempt_at: null,
      locked_by: null,
      locked_at: null,
      updated_at: expect.stringMatching(/Z$/),
      completed_at: null,
    });
  });
});

describe('work retry', () => {
  it('puts an item back for the next run, which takes it up', async () => {
    const scenario = await failedWeek();
    scenario.restore(SMALL_PARTITION);
    const { code, stdout } = await work(scenario, 'retry 1');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `\
Work items  1 item changed
  id  was     is       pipeline     week        tier
   1  FAILED  PENDING  ingest_week  2025-12-19  NMS_TIER_1
`,
    });
    expect((await scenario.run(WEEK)).exit_code).toBe(0);
    expect((await documentOf(scenario, 'list --state COMPLETE')).work_items).toHaveLength(16);
  });

  it('puts every failed item back with --failed, and says so when there is none', async () => {
    const scenario = await failedWeek();
    const { changed } = await documentOf(scenario, 'retry --failed');
    expect(changed).toMatchObject([{ id: 1, was: 'FAILED', state: 'PENDING', attempt_count: 0 }]);
    const { code, stdout } = await work(scenario, 'retry --failed');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Work items  nothing to change\n' });
  });

  it.each([
    ['retry 2', 'work item 2 (normalize_week of 2025-12-19 NMS_TIER_1) is PENDING; only'],
    ['retry 99', 'work item 99: there is none of that id'],
    ['cancel 1', 'work item 1 (ingest_week of 2025-12-19 NMS_TIER_1) is FAILED; only PENDING or RETRY_WAIT items'],
  ])('and the rest refuse what cannot be, with exit 2: %s', async (line, message) => {
    const scenario = await failedWeek();
    const before = query(scenario.db, 'SELECT * FROM core_work_items');
    const { code, stdout, stderr } = await run(['work', ...line.split(' '), '--db', scenario.db]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .*\ntry: .*\n$/);
    expect(stderr).toContain(message);
    expect(query(scenario.db, 'SELECT * FROM core_work_items')).toEqual(before);
  });
});

describe('work cancel', () => {
  it('keeps runs from an item until it is retried', async () => {
    const scenario = await failedWeek();
    await work(scenario, 'retry 1');
    expect((await documentOf(scenario, 'cancel 1')).changed).toMatchObject([
      { id: 1, was: 'PENDING', state: 'CANCELLED' },
    ]);
    scenario.restore(SMALL_PARTITION);
    const { exit_code, partitions } = await scenario.run(WEEK);
    expect([exit_code, partitions[0]?.outcome]).toEqual([0, 'cancelled']);
    await work(scenario, 'retry 1');
    expect((await scenario.run(WEEK)).partitions[0]?.outcome).toBe('ingested');
  });
});

describe('work reset-stuck', () => {
  const claimedAt = (instant: string) =>
    `UPDATE core_work_items SET state = 'RUNNING', locked_by = 'pod-1:7', locked_at = '${instant}' WHERE id = 1`;

  it.each([
    ['2026-06-01 12:29:59.000', 'reset-stuck', 1],
    ['2026-06-01 12:30:01.000', 'reset-stuck', 0],
    ['2026-06-01 12:30:01.000', 'reset-stuck --older-than 29m', 1],
    ['2026-06-01 11:30:01.000', 'reset-stuck --older-than 2h', 0],
  ])('of an item claimed at %s, at 13:00: %s releases %i', async (instant, line, count) => {
    const scenario = await failedWeek();
    execute(scenario.db, claimedAt(instant));
    expect((await documentOf(scenario, line)).changed).toHaveLength(count);
    const { work_items } = await documentOf(scenario, 'list --state RUNNING');
    expect(work_items).toHaveLength(1 - count);
  });
});
