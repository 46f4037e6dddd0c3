import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cronDir, run as runTool, testWith } from '../cron/tool.ts';
import { run } from '../harness/command.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { createMetricsWorld, type MetricsWorld, runCounts } from './metrics-world.ts';

const NAMES = [
  'market_spine_anomalies_unresolved{severity="CRITICAL"}',
  'market_spine_anomalies_unresolved{severity="ERROR"}',
  'market_spine_anomalies_unresolved{severity="INFO"}',
  'market_spine_anomalies_unresolved{severity="WARN"}',
  'market_spine_build_info{version="0.1.0"}',
  'market_spine_capture_age_seconds{tier="NMS_TIER_1"}',
  'market_spine_capture_age_seconds{tier="NMS_TIER_2"}',
  'market_spine_capture_age_seconds{tier="OTC"}',
  'market_spine_partition_gaps',
  'market_spine_partitions{state="awaiting"}',
  'market_spine_partitions{state="cancelled"}',
  'market_spine_partitions{state="complete"}',
  'market_spine_partitions{state="failed"}',
  'market_spine_partitions{state="incomplete"}',
  'market_spine_partitions{state="late"}',
  'market_spine_partitions{state="missing"}',
  'market_spine_partitions{state="rejected"}',
  'market_spine_scheduler_duration_seconds_count',
  'market_spine_scheduler_duration_seconds_sum',
  'market_spine_scheduler_last_exit_code',
  'market_spine_scheduler_last_run_timestamp',
  'market_spine_scheduler_last_run_timestamp_seconds',
  'market_spine_scheduler_last_success_timestamp_seconds',
  'market_spine_scheduler_runs_total{status="critical"}',
  'market_spine_scheduler_runs_total{status="partial"}',
  'market_spine_scheduler_runs_total{status="success"}',
  'market_spine_scheduler_weeks_processed_total{action="failed"}',
  'market_spine_scheduler_weeks_processed_total{action="ingested"}',
  'market_spine_scheduler_weeks_processed_total{action="skipped"}',
  'market_spine_work_items{state="CANCELLED"}',
  'market_spine_work_items{state="COMPLETE"}',
  'market_spine_work_items{state="FAILED"}',
  'market_spine_work_items{state="PENDING"}',
  'market_spine_work_items{state="RETRY_WAIT"}',
  'market_spine_work_items{state="RUNNING"}',
];

function namesIn(world: MetricsWorld): string[] {
  return [...world.series().keys()].filter((name) => !name.includes('_bucket')).sort();
}

/** Runs the real command in the middle of a test that cannot await. */
function runNow(world: MetricsWorld): void {
  const args = [...world.place, ...world.line.split(' ')];
  const ended = runTool(process.execPath, [join(cronDir, '..', 'bin', 'run-finra-weekly-schedule.js'), ...args]);
  expect(ended.code, ended.stderr).toBe(0);
}

describe('--metrics-file', () => {
  it('holds every metric with every label value after a first run', async () => {
    const world = createMetricsWorld();
    expect((await world.start(world.line)).code).toBe(0);
    expect(namesIn(world)).toEqual(NAMES);
    const series = world.series();
    expect(runCounts(series)).toEqual({ success: 1, partial: 0, critical: 0 });
    expect(series.get('market_spine_scheduler_weeks_processed_total{action="ingested"}')).toBe(1);
    expect(series.get('market_spine_scheduler_last_exit_code')).toBe(0);
    expect(series.get('market_spine_partitions{state="complete"}')).toBe(1);
    expect(series.get('market_spine_partition_gaps')).toBe(0);
    expect(series.get('market_spine_work_items{state="COMPLETE"}')).toBe(5);
    expect(series.get('market_spine_scheduler_duration_seconds_bucket{le="+Inf"}')).toBe(1);
  });

  it('is written with the same names when the run is partial', async () => {
    const world = createMetricsWorld();
    rmSync(world.dataDir, { recursive: true });
    mkdirSync(world.dataDir);
    expect((await world.start(world.line)).code).toBe(1);
    expect(namesIn(world)).toEqual(NAMES);
    const series = world.series();
    expect(runCounts(series)).toEqual({ success: 0, partial: 1, critical: 0 });
    expect(series.get('market_spine_scheduler_last_exit_code')).toBe(1);
    expect(series.get('market_spine_scheduler_last_success_timestamp_seconds')).toBe(0);
    expect(series.get('market_spine_partition_gaps')).toBe(1);
    expect(series.get('market_spine_anomalies_unresolved{severity="ERROR"}')).toBe(1);
  });

  it('is written with the same names when there is no data folder and no database is made', async () => {
    const world = createMetricsWorld();
    rmSync(world.dataDir, { recursive: true });
    expect((await world.start(world.line)).code).toBe(2);
    expect(existsSync(world.db)).toBe(false);
    expect(namesIn(world)).toEqual(NAMES);
    expect(runCounts(world.series())).toEqual({ success: 0, partial: 0, critical: 1 });
    expect(world.series().get('market_spine_scheduler_last_exit_code')).toBe(2);
  });

  it('can be read by everyone, and lies alone in its folder', async () => {
    const world = createMetricsWorld();
    await world.start(world.line);
    expect(statSync(world.metricsFile).mode & 0o777).toBe(0o644);
    expect(readdirSync(world.dir).sort()).toEqual(['data', 'market_spine.prom', 'store']);
  });

  it('takes its path from the environment', async () => {
    const world = createMetricsWorld();
    const { metricsFile, place, dir } = world;
    const args = [...place, '--weeks', '2025-12-19', '--tiers', 'OTC', '--run-date', '2026-02-02'];
    expect((await run(args, { cwd: dir, env: { MARKET_SPINE_METRICS_FILE: metricsFile } })).code).toBe(0);
    expect(namesIn(world)).toEqual(NAMES);
  });

  it('is replaced as a whole: who has the old one open reads it to its end', async () => {
    const world = createMetricsWorld();
    await world.start(world.line);
    const before = statSync(world.metricsFile);
    await world.start(world.line);
    expect(statSync(world.metricsFile).ino).not.toBe(before.ino);
    expect(runCounts(world.series()).success).toBe(2);
  });

  it('stays as it was, whole, when the process dies at the moment of replacing it', async () => {
    const world = createMetricsWorld();
    await world.start(world.line);
    const before = readFileSync(world.metricsFile, 'utf8');
    const dying = `data:text/javascript,import fs from 'node:fs';import {syncBuiltinESMExports} from 'node:module';
      fs.renameSync=()=>process.kill(process.pid,'SIGKILL');syncBuiltinESMExports()`;
    const env = { NODE_OPTIONS: `--import=${dying.replace(/\s+/g, '%20')}` };
    const killed = await run([...world.place, ...world.line.split(' ')], { env });
    expect(killed.signal).toBe('SIGKILL');
    expect(readFileSync(world.metricsFile, 'utf8')).toBe(before);

    await world.start(world.line);
    // The killed run had closed its books: it was a success that could not tell of itself.
    expect(runCounts(world.series())).toEqual({ success: 3, partial: 0, critical: 0 });
  });

  it('is followed when it is a link', async () => {
    const world = createMetricsWorld();
    const target = join(world.dir, 'elsewhere.prom');
    writeFileSync(target, '');
    symlinkSync(target, world.metricsFile);
    await world.start(world.line);
    expect(readFileSync(target, 'utf8')).toContain('market_spine_build_info');
    expect(runCounts(world.series()).success).toBe(1);
  });

  it('is followed when it is a link to what is not there yet', async () => {
    const world = createMetricsWorld();
    mkdirSync(join(world.dir, 'textfile'));
    symlinkSync('textfile/spine.prom', world.metricsFile);
    expect((await world.start(world.line)).stderr).not.toContain('warning:');
    expect(lstatSync(world.metricsFile).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(world.dir, 'textfile'))).toEqual(['spine.prom']);
    expect(runCounts(world.series()).success).toBe(1);
  });

  const CRITICAL = 'market_spine_scheduler_runs_total{status="critical"}';
  it.each([
    ['a value below zero', `${CRITICAL} -5\n`, '1 line is'],
    ['one that is no number', `${CRITICAL} NaN\n${CRITICAL} often\n`, '2 lines are'],
    ['one that is not finite', `${CRITICAL} +Inf\n${CRITICAL} 1e999\n`, '2 lines are'],
    ['one beyond all counting', `${CRITICAL} 1e308\n`, '1 line is'],
    ['bytes of anything', '\u0000\u0007PNG\u001a', '1 line is'],
  ])('that is damaged, with %s, is said once and replaced', async (_, text, lines) => {
    for (const code of [0, 2]) {
      const world = createMetricsWorld();
      writeFileSync(world.metricsFile, text);
      if (code === 2) rmSync(world.dataDir, { recursive: true });
      const ended = await world.start(world.line);
      expect(ended.code).toBe(code);
      const warning = `warning: the old metrics file ${world.metricsFile} is damaged: ${lines} passed over`;
      expect(ended.stderr.split(warning)).toHaveLength(2);
      expect(namesIn(world)).toEqual(NAMES);
      expect(runCounts(world.series())).toEqual({
        success: code === 0 ? 1 : 0,
        partial: 0,
        critical: code === 2 ? 1 : 0,
      });
    }
  });

  it.each([
    ['its folder is missing', 'nowhere/a.prom', 'ENOENT'],
    ['it is a folder', 'data', 'it is not a regular file'],
    ['it is a pipe', 'pipe', 'it is not a regular file'],
    ['its folder is a file', 'file/a.prom', 'ENOTDIR'],
  ])('that cannot be written since %s is a warning, and the run keeps its exit code', async (_, name, reason) => {
    const world = createMetricsWorld();
    writeFileSync(join(world.dir, 'file'), '');
    execFileSync('mkfifo', [join(world.dir, 'pipe')]);
    const path = join(world.dir, name);
    const ended = await world.start(world.line.replace(world.metricsFile, path));
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(`warning: the metrics file ${path} cannot be `);
    expect(ended.stderr).toContain(reason);
  });

  it('is not touched by a dry run', async () => {
    const world = createMetricsWorld();
    await world.start(world.line);
    const before = folderBytes(world.dir);
    expect((await world.start(`${world.line} --dry-run`)).code).toBe(0);
    expect(folderBytes(world.dir)).toEqual(before);
  });

  it('is not touched by a command line that cannot be run', async () => {
    const world = createMetricsWorld();
    expect((await world.start(`${world.line} --weeks never`)).code).toBe(2);
    expect(existsSync(world.metricsFile)).toBe(false);
  });
});

describe('the metrics of a real run', () => {
  testWith('promtool', 'pass promtool but for the unit that it would like in the name of a counter', () => {
    const world = createMetricsWorld();
    runNow(world);
    const { stdout, stderr } = runTool('promtool', ['check', 'metrics'], {
      input: readFileSync(world.metricsFile, 'utf8'),
    });
    expect(stdout + stderr).toBe(
      'market_spine_scheduler_weeks_processed_total use base unit "seconds" instead of "weeks"\n',
    );
  });

  it('are all that the alert rules ask for, by name and by label', async () => {
    const rules = parse(readFileSync(join(cronDir, 'prometheus', 'alerts.yml'), 'utf8')) as {
      groups: { rules: { expr: string }[] }[];
    };
    const expressions = rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr));
    const selectors = expressions.flatMap((expr) => expr.match(/market_spine_\w+(?:\{[^}]*\})?/g) ?? []);
    expect(selectors.length).toBeGreaterThanOrEqual(expressions.length);
    const world = createMetricsWorld();
    await world.run(world.line);
    const names = [...world.series().keys()];
    for (const selector of selectors) {
      const found = names.some((name) => name === selector || name.startsWith(`${selector}{`));
      expect(found, selector).toBe(true);
    }
  });
});
