import { describe, expect, it } from 'vitest';
import { brokenDir, CLEAN_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { execute, query, value } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02';
const INGEST = 1;

/** What is stored of each item that is not COMPLETE, as `id state`. */
function unsettled({ db }: Scenario): string[] {
  const items = query(db, "SELECT id, state FROM core_work_items WHERE state <> 'COMPLETE' ORDER BY id");
  return items.map(({ id, state }) => `${id} ${state}`);
}

function gaps(scenario: Scenario) {
  return run(['status', ...WEEK.split(' '), '--db', scenario.db]).then(({ code }) => code);
}

/** A stored week, and a newer version of its first tier that could not be taken. */
async function failedRevision(first = WEEK): Promise<Scenario> {
  const scenario = createScenario(CLEAN_DIR);
  expect((await scenario.start(first)).code).toBe(0);
  scenario.put(brokenDir('truncated'), [SMALL_PARTITION]);
  expect((await scenario.run(WEEK)).exit_code).toBe(1);
  expect(unsettled(scenario).map((item) => item.split(' ')[1])).toEqual(['FAILED', ...Array(4).fill('PENDING')]);
  return scenario;
}

describe('work left by a failed ingest', () => {
  it('is complete once the source is back at the version that is stored, each item by an execution', async () => {
    const scenario = await failedRevision();
    scenario.restore(SMALL_PARTITION);
    const before = value(scenario.db, 'SELECT max(execution_id) FROM core_executions');
    const { code, stdout } = await scenario.start(WEEK);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('3 unchanged') });
    expect(unsettled(scenario)).toEqual([]);
    expect(
      query(
        scenario.db,
        `SELECT item_id, attempt, outcome, run_id = (SELECT run_id FROM core_scheduler_runs ORDER BY rowid DESC) AS own
        FROM core_executions WHERE execution_id > ? ORDER BY item_id`,
        before,
      ),
    ).toEqual([1n, 2n, 3n, 4n, 5n].map((item_id) => ({ item_id, attempt: 1n, outcome: 'complete', own: 1n })));
    expect(await gaps(scenario)).toBe(0);
  });

  it('is complete also where that version lacked a stage, which the same run makes', async () => {
    const scenario = await failedRevision(`${WEEK} --only-stage ingest`);
    scenario.restore(SMALL_PARTITION);
    const { partitions } = await scenario.run(WEEK);
    expect(partitions[0]).toMatchObject({ action: 'resume', outcome: 'resumed' });
    expect(unsettled(scenario)).toEqual([]);
    expect(await gaps(scenario)).toBe(0);
  });

  it('stays failed when the newer version was only moved away; its later stages are complete', async () => {
    const scenario = await failedRevision();
    scenario.remove(SMALL_PARTITION);
    expect((await scenario.run(WEEK)).partitions[0]).toMatchObject({ reason: 'source_gone' });
    expect(unsettled(scenario)).toEqual(['1 FAILED']);
    expect(await gaps(scenario)).toBe(1);
  });

  it('stays cancelled when an operator cancelled it; its later stages are complete', async () => {
    const scenario = await failedRevision();
    for (const change of ['retry', 'cancel']) {
      expect((await run(['work', change, `${INGEST}`, '--db', scenario.db])).code).toBe(0);
    }
    expect((await scenario.run(WEEK)).partitions[0]).toMatchObject({ reason: 'cancelled' });
    expect(unsettled(scenario)).toEqual(['1 CANCELLED']);
  });

  it('goes on where the next version can be taken', async () => {
    const scenario = await failedRevision();
    scenario.revise(SMALL_PARTITION);
    expect((await scenario.run(WEEK)).partitions[0]).toMatchObject({ reason: 'revised', outcome: 'ingested' });
    expect(unsettled(scenario)).toEqual([]);
  });
});

describe('a retried item whose result is current', () => {
  it.each(['', '--only-stage ingest', '--only-stage calc'])(
    'is complete again after a run that has nothing to do: %s',
    async (stage) => {
      const scenario = createScenario(CLEAN_DIR);
      await scenario.run(WEEK);
      for (const id of ['5', '16']) expect((await run(['work', 'retry', id, '--db', scenario.db])).code).toBe(0);
      expect(unsettled(scenario)).toEqual(['5 PENDING', '16 PENDING']);
      const capturedAt = value(scenario.db, 'SELECT updated_at FROM core_manifest WHERE stage = ?', 'HHI');
      expect((await scenario.run(`${WEEK} ${stage}`)).exit_code).toBe(0);
      expect(unsettled(scenario)).toEqual([]);
      expect(value(scenario.db, 'SELECT updated_at FROM core_manifest WHERE stage = ?', 'HHI')).toBe(capturedAt);
    },
  );

  it.each([
    [1, 'RAW'],
    [5, 'HHI'],
    [16, 'TIER_SPLIT'],
  ])('is made again by the command that the retry of item %i names', async (id, stage) => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(WEEK);
    const madeBy = () => value(scenario.db, 'SELECT execution_id FROM core_manifest WHERE stage = ?', stage);
    const before = madeBy();
    const { stdout } = await run(['work', 'retry', `${id}`, '--db', scenario.db]);
    const [said = '', line = ''] = stdout.trimEnd().split('\n').slice(-2);
    expect(said).toBe(
      `  item ${id}: runs put it back to COMPLETE where it is current; only a forced one makes it again:`,
    );
    const document = JSON.parse((await run(['work', 'retry', '2', '--db', scenario.db, '--json'])).stdout);
    expect(document.changed[0]).toMatchObject({
      was: 'COMPLETE',
      hint: expect.any(String),
      commands: [expect.any(String)],
    });
    const words = line.trim().split(' ').slice(1);
    expect((await run([...words, '--run-date', '2026-02-02'])).code).toBe(0);
    expect(madeBy()).not.toBe(before);
  });

  it('is told of only where it was complete', async () => {
    const scenario = await failedRevision();
    const { changed } = JSON.parse((await run(['work', 'retry', '1', '--db', scenario.db, '--json'])).stdout);
    expect(changed).toMatchObject([{ was: 'FAILED', hint: null, commands: [] }]);
  });
});

it('a calc that failed or waits while its earlier result is current is complete, and its anomaly resolved', async () => {
  const scenario = createScenario(CLEAN_DIR);
  await scenario.run(WEEK);
  execute(
    scenario.db,
    `UPDATE core_work_items SET state = 'FAILED', attempt_count = 3 WHERE id = 4;
    UPDATE core_work_items SET state = 'RETRY_WAIT', next_attempt_at = '2030-01-01 00:00:00.000' WHERE id = 16;
    INSERT INTO core_anomalies (domain, severity, category, partition_key, stage, message, detected_at, last_seen_at)
    SELECT domain, 'ERROR', 'DATABASE_BUSY', partition_key, 'VENUE_SHARE', 'busy', created_at, created_at
    FROM core_work_items WHERE id = 4`,
  );
  expect(await gaps(scenario)).toBe(1);
  expect((await scenario.run(WEEK)).exit_code).toBe(0);
  expect(unsettled(scenario)).toEqual([]);
  expect(value(scenario.db, 'SELECT attempt_count FROM core_work_items WHERE id = 4')).toBe(1n);
  expect(query(scenario.db, 'SELECT resolution FROM core_anomalies')).toEqual([
    { resolution: 'its result is current' },
  ]);
  expect(await gaps(scenario)).toBe(0);
});
