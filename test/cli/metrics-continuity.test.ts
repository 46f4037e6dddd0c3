import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesValues } from '../../src/cli/metrics/family.ts';
import { startHeldRun } from '../crash/held-run.ts';
import { run } from '../harness/command.ts';
import { query } from '../harness/database.ts';
import { createMetricsWorld, type MetricsWorld, MIDDLE, runCounts } from './metrics-world.ts';

const COUNTER = /_total\{|_bucket\{|_seconds_(sum|count)$/;

/** The series that may never fall, each with its value. */
function counters(series: SeriesValues): Map<string, number> {
  return new Map([...series].filter(([name]) => COUNTER.test(name)));
}

/** The series that fell from `before` to `after`. */
function fallen(before: SeriesValues, after: SeriesValues): string[] {
  return [...counters(before)].filter(([name, value]) => (after.get(name) ?? 0) < value).map(([name]) => name);
}

function spoil({ db }: MetricsWorld): void {
  mkdirSync(dirname(db), { recursive: true });
  writeFileSync(db, 'this is no database '.repeat(100));
}

describe('the counters', () => {
  it('go on through a database that cannot be opened, and through the loss of either file after that', async () => {
    const world = createMetricsWorld();
    const saved = `${world.dir}/saved.db`;
    const told: SeriesValues[] = [];
    const runAndCount = async (code: number) => {
      expect((await world.start(world.line)).code).toBe(code);
      told.push(world.series());
      return runCounts(world.series());
    };

    expect(await runAndCount(0)).toEqual({ success: 1, partial: 0, critical: 0 });
    copyFileSync(world.db, saved);
    spoil(world);
    expect(await runAndCount(2)).toEqual({ success: 1, partial: 0, critical: 1 });
    expect(await runAndCount(2)).toEqual({ success: 1, partial: 0, critical: 2 });
    copyFileSync(saved, world.db);
    expect(await runAndCount(0)).toEqual({ success: 2, partial: 0, critical: 2 });
    rmSync(world.metricsFile);
    expect(await runAndCount(0)).toEqual({ success: 3, partial: 0, critical: 2 });
    rmSync(world.db);
    expect(await runAndCount(0)).toEqual({ success: 4, partial: 0, critical: 2 });
    copyFileSync(saved, world.db);
    expect(await runAndCount(0)).toEqual({ success: 5, partial: 0, critical: 2 });

    for (const [index, series] of told.slice(1).entries()) expect(fallen(told[index] ?? new Map(), series)).toEqual([]);
    expect(told.at(-1)?.get('market_spine_scheduler_duration_seconds_count')).toBe(7);
  });

  it('leave how the data stands as it was last seen while the database cannot be opened', async () => {
    const world = createMetricsWorld();
    await world.start(world.line);
    const before = world.series();
    spoil(world);
    await world.start(world.line);
    const after = world.series();
    expect(after.get('market_spine_scheduler_last_exit_code')).toBe(2);
    const seconds = 'market_spine_scheduler_last_run_timestamp_seconds';
    expect(after.get(seconds)).toBeGreaterThan(before.get(seconds) ?? Number.POSITIVE_INFINITY);
    for (const name of [
      'market_spine_work_items{state="COMPLETE"}',
      'market_spine_partitions{state="complete"}',
      'market_spine_capture_age_seconds{tier="OTC"}',
      'market_spine_scheduler_last_success_timestamp_seconds',
    ]) {
      expect(after.get(name), name).toBe(before.get(name));
      expect(after.get(name), name).toBeGreaterThan(0);
    }
  });

  it('count a killed run as critical once the next run has found it', async () => {
    const world = createMetricsWorld();
    const held = await startHeldRun([...world.place, ...world.line.split(' ')], world.dir, MIDDLE);
    held.child.kill('SIGKILL');
    await held.ended;
    expect(query(world.db, 'SELECT status FROM core_scheduler_runs')).toEqual([{ status: 'running' }]);
    expect(existsSync(world.metricsFile)).toBe(false);
    expect((await world.start(world.line)).code).toBe(0);
    expect(runCounts(world.series())).toEqual({ success: 1, partial: 0, critical: 1 });
    expect(world.series().get('market_spine_scheduler_duration_seconds_count')).toBe(1);
    await world.start(world.line);
    expect(runCounts(world.series())).toEqual({ success: 2, partial: 0, critical: 1 });
  });

  it('count an interrupted run as critical, in its own metrics', async () => {
    const world = createMetricsWorld();
    const held = await startHeldRun([...world.place, ...world.line.split(' ')], world.dir, MIDDLE);
    held.child.kill('SIGTERM');
    expect((await held.finish()).code).toBe(2);
    expect(runCounts(world.series())).toEqual({ success: 0, partial: 0, critical: 1 });
    expect(world.series().get('market_spine_scheduler_last_exit_code')).toBe(2);
  });

  it('say nothing of a run that the lock refused', async () => {
    const world = createMetricsWorld();
    const held = await startHeldRun([...world.place, ...world.line.split(' ')], world.dir, MIDDLE);
    expect((await world.start(world.line)).code).toBe(2);
    expect(existsSync(world.metricsFile)).toBe(false);
    expect((await held.finish()).code).toBe(0);
    expect(runCounts(world.series())).toEqual({ success: 1, partial: 0, critical: 0 });
  });

  it('count runs that wrote no metrics as well', async () => {
    const world = createMetricsWorld();
    await run([...world.place, '--weeks', '2025-12-19', '--tiers', 'OTC', '--run-date', '2026-02-02']);
    await world.start(world.line);
    expect(runCounts(world.series()).success).toBe(2);
  });

  it('pass over what they cannot read in the old file, and book nothing from it', async () => {
    const world = createMetricsWorld();
    writeFileSync(
      world.metricsFile,
      'market_spine_scheduler_runs_total{status="success"} 40\nmarket_spine_scheduler_runs_total{status="critical"} NaN\n\0',
    );
    await world.start(world.line);
    expect(runCounts(world.series())).toEqual({ success: 1, partial: 0, critical: 0 });
    expect(query(world.db, 'SELECT * FROM core_metric_offsets')).toEqual([]);
  });

  it('never fall, whatever happens to the database, the data and the metrics file between runs', async () => {
    const event = fc.constantFrom(
      'run',
      'partial',
      'spoiled',
      'no folder',
      'lose file',
      'lose database',
      'save',
      'restore',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 2, maxLength: 8 }), async (events) => {
        const world = createMetricsWorld();
        const saved = `${world.dir}/saved.db`;
        let before: SeriesValues = new Map();
        let runs = 0;
        let isBooked = false;
        for (const what of events) {
          if (what === 'spoiled') spoil(world);
          // The last run had the database open, so that the file tells nothing it does not.
          if (what === 'lose file' && isBooked) rmSync(world.metricsFile);
          if (what === 'lose database') rmSync(world.db, { force: true });
          if (what === 'save' && existsSync(world.db)) copyFileSync(world.db, saved);
          if (what === 'restore' && existsSync(saved)) copyFileSync(saved, world.db);
          const line =
            what === 'no folder'
              ? `${world.line} --data-dir ${world.dir}/nowhere`
              : what === 'partial'
                ? world.line.replace('2025-12-19', '2025-12-12')
                : world.line;
          await world.say(line);
          runs += 1;
          const after = world.series();
          expect(fallen(before, after)).toEqual([]);
          const counts = Object.values(runCounts(after)).reduce((sum: number, count) => sum + (count ?? 0), 0);
          expect(counts).toBe(runs);
          expect(after.get('market_spine_scheduler_duration_seconds_count')).toBe(runs);
          isBooked = existsSync(world.db) && after.get('market_spine_scheduler_last_exit_code') !== 2;
          before = after;
        }
      }),
      { numRuns: 12 },
    );
  });
});
