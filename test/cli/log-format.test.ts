import { describe, expect, it } from 'vitest';
import { wantsJsonLog } from '../../src/cli/log-lines.ts';
import { runHere } from '../harness/in-process.ts';
import { ofEvent, readLog } from './log-records.ts';
import { createMetricsWorld, ONE_PARTITION } from './metrics-world.ts';

describe('--log-format json', () => {
  it('makes every line on stderr a JSON object, also with --verbose, and leaves stdout as it is', async () => {
    const [plain, json] = [createMetricsWorld(), createMetricsWorld()];
    const text = await plain.start(`${ONE_PARTITION} --quiet`);
    const ended = await json.start(`${ONE_PARTITION} --log-format json --quiet`);
    expect(ended.code).toBe(0);
    const seconds = /\d+\.\d+s/;
    expect(ended.stdout.replace(seconds, '')).toBe(text.stdout.replace(seconds, ''));

    const verbose = await json.start(`${ONE_PARTITION} --log-format json --verbose`);
    expect(verbose.stdout).toContain('FINRA OTC transparency');
    const records = readLog(verbose.stderr);
    expect(records.map(({ event }) => event)).toEqual([
      'run_started',
      'planned',
      'partition_planned',
      'partition_ended',
      'week_ended',
      'run_ended',
    ]);
  });

  it('tells of each stage under the run that is in the database', async () => {
    const world = createMetricsWorld();
    const records = readLog((await world.start(`${ONE_PARTITION} --log-format json`)).stderr);
    expect(ofEvent(records, 'stage_ended').map(({ stage, rows }) => [stage, rows])).toEqual([
      ['RAW', 180],
      ['NORMALIZED', 180],
      ['VENUE_VOLUME', expect.any(Number)],
      ['VENUE_SHARE', expect.any(Number)],
      ['HHI', expect.any(Number)],
    ]);
    expect(new Set(records.map(({ run_id }) => run_id)).size).toBe(1);
  });

  it('leaves the document of --json whole, and tells of failures beside it', async () => {
    const world = createMetricsWorld();
    const line = ONE_PARTITION.replace('2025-12-19', '2025-12-12');
    const ended = await world.start(`${line} --json --log-format json`);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ exit_code: 1 });
    const [failed] = ofEvent(readLog(ended.stderr), 'partition_ended');
    expect(failed).toMatchObject({ level: 'error', outcome: 'failed', code: 'source_missing' });
  });

  it('tells of a run that cannot open its database', async () => {
    const world = createMetricsWorld();
    const ended = await world.start(`${ONE_PARTITION} --db ${world.dataDir} --log-format json`);
    expect(ended.code).toBe(2);
    const records = readLog(ended.stderr);
    expect(records.map(({ event }) => event)).toEqual(['run_started', 'run_failed', 'run_ended']);
    expect(records[1]).toMatchObject({ level: 'error', code: expect.any(String), hint: expect.any(String) });
  });

  it('holds for what the monitoring could not be told', async () => {
    const world = createMetricsWorld();
    const ended = await world.start(`${ONE_PARTITION} --log-format json --ping-url http://127.0.0.1:1/x`);
    const told = readLog(ended.stderr).filter(({ category }) => category === 'HEARTBEAT_FAILED');
    expect(told).toMatchObject([{ level: 'warn' }, { level: 'warn' }]);
  });

  it.each([
    [['--log-format', 'json', '--weeks', 'never'], {}],
    [['--weeks', 'never', '--log-format=json'], {}],
    [['--weeks', 'never'], { MARKET_SPINE_LOG_FORMAT: 'json' }],
    [['--lokback-weeks', '6', '--log-format', 'json'], {}],
    [['--frobnicate'], { MARKET_SPINE_LOG_FORMAT: ' json ' }],
  ])('holds for a command line that cannot be run: %j %j', async (args, env) => {
    const ended = await runHere(args, { env });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(readLog(ended.stderr)).toMatchObject([
      {
        level: 'error',
        event: 'command_failed',
        code: 'bad_option',
        message: expect.any(String),
        hint: expect.any(String),
      },
    ]);
  });

  it.each([
    [['--weeks', 'never'], {}],
    [['--weeks', 'never', '--log-format', 'text'], { MARKET_SPINE_LOG_FORMAT: 'json' }],
    [['--weeks', 'never', '--log-format'], {}],
    [['--log-format', 'jason'], {}],
  ])('is not guessed at: %j %j', async (args, env) => {
    const { code, stderr } = await runHere(args, { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .*\ntry: .*\n$/);
  });

  it('is the last one given, as the parser takes it', () => {
    expect(wantsJsonLog(['--log-format', 'json', '--log-format=text'], {})).toBe(false);
    expect(wantsJsonLog(['--log-format=text', '--log-format', 'json'], {})).toBe(true);
  });
});
