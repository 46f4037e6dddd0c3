import { describe, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { FatalError, PartitionError } from '../../src/domain/errors.ts';
import type { Source } from '../../src/sources/source.ts';
import { fixtureFileName } from '../generator/fixture-paths.ts';
import { execute, query, value } from '../harness/database.ts';
import type { Doubles } from '../harness/schedule.ts';
import { leftovers, NOTHING_LEFT, storedState } from '../harness/stored-state.ts';
import { createStage, outcomes, undisturbed, WEEK } from './stage.ts';

const MINUTE = 60_000;
const TIER_2 = fixtureFileName({ weekEnding: WEEK, tier: 'NMS_TIER_2' });
const OTC = fixtureFileName({ weekEnding: WEEK, tier: 'OTC' });

describe('work that failed for a passing reason', () => {
  it('is tried again after 5 and 15 minutes, and what was mended goes through its later phases', async () => {
    const stage = createStage();
    const report = await stage.run(['--max-wait', '30m'], { source: failing(new Map([[TIER_2, 2]])) });

    expect(exitCode(report)).toBe(0);
    expect(stage.hours.naps).toEqual([5 * MINUTE, 15 * MINUTE]);
    expect(executions(stage.db, 'ingest_week', 'NMS_TIER_2')).toEqual([
      { attempt: 1n, outcome: 'retry_wait', minute: 0n },
      { attempt: 2n, outcome: 'retry_wait', minute: 5n },
      { attempt: 3n, outcome: 'complete', minute: 20n },
    ]);
    expect(storedState(stage.db)).toEqual(await undisturbed());
    expect(outcomes(report)).toEqual(['ingested', 'ingested', 'ingested']);
    expect(report.weeks.map(({ tierSplit }) => tierSplit.status)).toEqual(['computed']);
  });

  it('is given up when its attempts are used up', async () => {
    const stage = createStage();
    const report = await stage.run(['--max-wait', '2h'], { source: failing(new Map([[TIER_2, 9]])) });

    expect(exitCode(report)).toBe(1);
    expect(executions(stage.db, 'ingest_week', 'NMS_TIER_2').map(({ outcome }) => outcome)).toEqual([
      'retry_wait',
      'retry_wait',
      'failed',
    ]);
    expect(item(stage.db, 'ingest_week', 'NMS_TIER_2')).toMatchObject({ state: 'FAILED', attempt_count: 3n });
    expect(outcomes(report)).toEqual(['ingested', 'failed', 'ingested']);
    expect(leftovers(stage.db)).toEqual(NOTHING_LEFT);
  });

  it.each([
    ['at once without --max-wait', '0s', 1],
    ['when the time is over before the next attempt', '19m', 2],
  ])('stays for the next run, %s', async (_, maxWait, attempts) => {
    const stage = createStage();
    const report = await stage.run(['--max-wait', maxWait], { source: failing(new Map([[TIER_2, 9]])) });

    expect(exitCode(report)).toBe(1);
    expect(outcomes(report)).toEqual(['ingested', 'retry_wait', 'ingested']);
    expect(item(stage.db, 'ingest_week', 'NMS_TIER_2')).toMatchObject({
      state: 'RETRY_WAIT',
      attempt_count: BigInt(attempts),
      last_error: 'the line was busy',
    });

    // The next run does not wait for that time, and begins to count again.
    expect(exitCode(await stage.run([]))).toBe(0);
    expect(item(stage.db, 'ingest_week', 'NMS_TIER_2')).toMatchObject({ state: 'COMPLETE', attempt_count: 1n });
    expect(storedState(stage.db)).toEqual(await undisturbed());
  });

  it('is tried at the times of its own, whatever else is tried meanwhile', async () => {
    const stage = createStage();
    const source = failing(
      new Map([
        [TIER_2, 2],
        [OTC, 2],
      ]),
      () => stage.hours.pass(MINUTE),
    );
    expect(exitCode(await stage.run(['--max-wait', '1h'], { source }))).toBe(0);
    const minutes = (tier: string) => executions(stage.db, 'ingest_week', tier).map(({ minute }) => minute);
    // Each failure takes a minute.
    expect(minutes('NMS_TIER_2')).toEqual([0n, 6n, 22n]);
    expect(minutes('OTC')).toEqual([1n, 7n, 23n]);
  });

  it('obeys --retry-delays and --max-attempts', async () => {
    const stage = createStage();
    const args = ['--max-wait', '3h', '--retry-delays', '1m,2m', '--max-attempts', '5'];
    const report = await stage.run(args, { source: failing(new Map([[TIER_2, 9]])) });
    expect(exitCode(report)).toBe(1);
    expect(stage.hours.naps).toEqual([1, 2, 2, 2].map((minutes) => minutes * MINUTE));
  });

  it('keeps its attempts when a tier_split is what failed', async () => {
    const stage = createStage();
    await stage.run(['--only-stage', 'ingest']);
    execute(stage.db, "CREATE TRIGGER busy BEFORE INSERT ON tier_split_rows BEGIN SELECT raise(ABORT, 'busy'); END");
    const store: NonNullable<Doubles['store']> = (opened) => ({
      ...opened,
      stageFault: (error) => (String(error).includes('busy') ? passing() : opened.stageFault(error)),
    });
    const report = await stage.run(['--max-wait', '2h'], { store });
    expect(exitCode(report)).toBe(1);
    expect(
      executions(stage.db, 'compute_tier_split', 'ALL_TIERS').map(({ attempt, outcome }) => [attempt, outcome]),
    ).toEqual([
      [1n, 'retry_wait'],
      [2n, 'retry_wait'],
      [3n, 'failed'],
    ]);
  });

  it('is left as it is when a signal comes while it is waited for', async () => {
    const stage = createStage();
    const sleep = async () => {
      throw new FatalError({ code: 'interrupted', message: 'interrupted by SIGTERM', hint: 'run again' });
    };
    const report = await stage.run(['--max-wait', '1h'], { source: failing(new Map([[TIER_2, 1]])), sleep });
    expect(exitCode(report)).toBe(2);
    expect(item(stage.db, 'ingest_week', 'NMS_TIER_2')).toMatchObject({ state: 'RETRY_WAIT' });
    expect(value(stage.db, 'SELECT status FROM core_scheduler_runs')).toBe('interrupted');
    expect(leftovers(stage.db)).toEqual(NOTHING_LEFT);
    expect(exitCode(await stage.run([]))).toBe(0);
    expect(storedState(stage.db)).toEqual(await undisturbed());
  });
});

// A source that fails to open each of the named files that many times.
function failing(failures: Map<string, number>, fails = () => {}): NonNullable<Doubles['source']> {
  return (files) =>
    ({
      ...files,
      open(locator) {
        const name = [...failures.keys()].find((file) => locator.endsWith(file)) ?? '';
        const left = failures.get(name) ?? 0;
        if (left === 0) return files.open(locator);
        failures.set(name, left - 1);
        fails();
        throw passing();
      },
    }) as Source;
}

function passing(): PartitionError {
  return new PartitionError({ code: 'source_busy', message: 'the line was busy', hint: 'wait', transient: true });
}

function executions(db: string, pipeline: string, tier: string) {
  return query(
    db,
    `SELECT e.attempt, e.outcome,
      CAST(round((julianday(e.started_at) - julianday('2026-06-01 12:00:00.000')) * 1440) AS INTEGER) AS minute
    FROM core_executions e JOIN core_work_items w ON w.id = e.item_id
    WHERE w.pipeline = ? AND w.partition_key LIKE ? ORDER BY e.execution_id`,
    pipeline,
    `%"${tier}"%`,
  );
}

function item(db: string, pipeline: string, tier: string) {
  const items = query(
    db,
    'SELECT state, attempt_count, last_error FROM core_work_items WHERE pipeline = ? AND partition_key LIKE ?',
    pipeline,
    `%"${tier}"%`,
  );
  return items[0];
}
