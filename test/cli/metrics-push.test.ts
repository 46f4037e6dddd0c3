import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExposition } from '../../src/cli/metrics/family.ts';
import { startHeldRun } from '../crash/held-run.ts';
import { run } from '../harness/command.ts';
import { createListener, type Heard, unreachableOrigin } from '../harness/listener.ts';
import { createMetricsWorld, type MetricsWorld, MIDDLE, ONE_PARTITION, runCounts } from './metrics-world.ts';

const PATH = '/metrics/job/run_finra_weekly_schedule';

function spoil({ db }: MetricsWorld): void {
  mkdirSync(dirname(db), { recursive: true });
  writeFileSync(db, 'this is no database '.repeat(100));
}

function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`there are ${items.length}, not one`);
  return item;
}

function namesOf({ body }: Heard): string[] {
  return [...readExposition(body).values.keys()];
}

describe('--pushgateway-url', () => {
  it('gets what the metrics file gets, in the place of what it had', async () => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    expect((await world.start(`${world.line} --pushgateway-url ${origin}`)).code).toBe(0);
    const { method, path, headers, body } = only(heard);
    expect({ method, path }).toEqual({ method: 'PUT', path: PATH });
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toBe(readFileSync(world.metricsFile, 'utf8'));
    expect(body.endsWith('\n')).toBe(true);
  });

  it('keeps a path before that of the job, and turns user and password into basic authentication', async () => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    const url = origin.replace('//', '//desk:pass%20word@');
    await world.start(`${ONE_PARTITION} --pushgateway-url ${url}/gateway/`);
    const { path, headers } = only(heard);
    expect(path).toBe(`/gateway${PATH}`);
    expect(headers.authorization).toBe(`Basic ${Buffer.from('desk:pass word').toString('base64')}`);
  });

  it.each([
    '/metrics/job/finra/instance/equities',
    '/gateway/metrics/job/finra/instance/equities/',
    '/metrics/job@base64/ZmlucmE/instance/equities',
  ])('is pushed to as it stands where its path names the job and more: %s', async (given) => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    await world.start(`${ONE_PARTITION} --pushgateway-url ${origin}${given}`);
    expect(only(heard)).toMatchObject({ method: 'PUT', path: given.replace(/\/$/, '') });
  });

  it('is told of a run that could not open its database, with the old values of the metrics file', async () => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    await world.start(world.line);
    spoil(world);
    expect((await world.start(`${world.line} --pushgateway-url ${origin}`)).code).toBe(2);
    const { method, body } = only(heard);
    expect(method).toBe('PUT');
    expect(runCounts(readExposition(body).values)).toEqual({ success: 1, partial: 0, critical: 1 });
  });

  it.each([
    ['there is none', ''],
    ['the metrics file is new', ' --metrics-file FILE'],
  ])('keeps its counters when no old values are known, since %s', async (_, option) => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    spoil(world);
    await world.start(`${ONE_PARTITION} --pushgateway-url ${origin}${option.replace('FILE', world.metricsFile)}`);
    const request = only(heard);
    expect(request.method).toBe('POST');
    expect(namesOf(request)).toEqual([
      'market_spine_scheduler_last_run_timestamp_seconds',
      'market_spine_scheduler_last_run_timestamp',
      'market_spine_scheduler_last_exit_code',
      'market_spine_build_info{version="0.1.0"}',
    ]);
  });

  it.each([404, 500, 302])(
    'that answers %i is a warning without its path, and the run keeps its exit code',
    async (status) => {
      const world = createMetricsWorld();
      const { origin } = await createListener(status);
      const ended = await world.start(`${ONE_PARTITION} --quiet --pushgateway-url ${origin}/secret`);
      expect(ended.code).toBe(0);
      expect(ended.stderr).toBe(
        `warning: the metrics could not be pushed to ${origin}: the answer was HTTP ${status}\n`,
      );
    },
  );

  it('that cannot be reached is a warning, after a failed run too', async () => {
    const world = createMetricsWorld();
    rmSync(world.dataDir, { recursive: true });
    const origin = await unreachableOrigin();
    const url = `${origin.replace('//', '//desk:secret@')}/secret`;
    const ended = await world.start(`${ONE_PARTITION} --pushgateway-url ${url}`);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(
      `warning: the metrics could not be pushed to ${origin}: the connection failed (ECONNREFUSED)\n`,
    );
    expect(ended.stdout + ended.stderr).not.toContain('secret');
  });

  it.each(['--dry-run', '--weeks never'])('hears nothing with %s', async (option) => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    await world.start(`${ONE_PARTITION} --pushgateway-url ${origin} ${option}`);
    expect(heard).toEqual([]);
  });

  it('hears nothing of a run that the lock refused', async () => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    const held = await startHeldRun([...world.place, ...world.line.split(' ')], world.dir, MIDDLE);
    const env = { MARKET_SPINE_PUSHGATEWAY_URL: origin };
    expect((await run([...world.place, ...world.line.split(' ')], { env })).code).toBe(2);
    await held.finish();
    expect(heard).toEqual([]);
  });
});
