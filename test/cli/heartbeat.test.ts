import { readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createHeartbeat } from '../../src/cli/heartbeat.ts';
import { CallError, type SendCall } from '../../src/cli/http-call.ts';
import { startHeldRun } from '../crash/held-run.ts';
import { run } from '../harness/command.ts';
import { createListener } from '../harness/listener.ts';
import { createMetricsWorld, MIDDLE, ONE_PARTITION } from './metrics-world.ts';

/** A sender that writes down the addresses it is given, each as it is answered. */
function recorder(answer: (url: string, signal: AbortSignal) => Promise<void> = async () => {}) {
  const urls: string[] = [];
  const send: SendCall = async ({ method, url }, signal) => {
    await answer(url, signal);
    urls.push(`${method} ${url}`);
  };
  return { urls, send };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => reject(new CallError('no answer came in time'));
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
  });
}

describe('a heartbeat', () => {
  it.each([
    [0, 'https://ping.example.com/weekly'],
    [1, 'https://ping.example.com/weekly/1'],
    [2, 'https://ping.example.com/weekly/2'],
  ] as const)('tells the start, and exit %i by its own address', async (code, end) => {
    const { urls, send } = recorder();
    const heartbeat = createHeartbeat('https://ping.example.com/weekly', send);
    heartbeat.started();
    expect(await heartbeat.ended(code)).toEqual([]);
    expect(urls).toEqual(['GET https://ping.example.com/weekly/start', `GET ${end}`]);
  });

  it.each([
    ['https://ping.example.com/weekly/', 'https://ping.example.com/weekly/2'],
    ['https://ping.example.com', 'https://ping.example.com/2'],
    ['https://ping.example.com/weekly?key=7', 'https://ping.example.com/weekly/2?key=7'],
  ])('puts the end behind the path of %s', async (url, end) => {
    const { urls, send } = recorder();
    expect(await createHeartbeat(url, send).ended(2)).toEqual([]);
    expect(urls).toEqual([`GET ${end}`]);
  });

  it('does not tell the end before the start was answered', async () => {
    let answerStart = () => {};
    const { urls, send } = recorder((url) =>
      url.endsWith('/start')
        ? new Promise((resolve) => {
            answerStart = resolve;
          })
        : Promise.resolve(),
    );
    const heartbeat = createHeartbeat('https://ping.example.com/weekly', send, { startMs: 600_000, endMs: 600_000 });
    heartbeat.started();
    const ended = heartbeat.ended(0);
    answerStart();
    expect(await ended).toEqual([]);
    expect(urls).toEqual(['GET https://ping.example.com/weekly/start', 'GET https://ping.example.com/weekly']);
  });

  it('gives up a start that is not answered, and tells the end all the same', async () => {
    const { urls, send } = recorder((url, signal) =>
      url.endsWith('/start') ? untilAborted(signal) : Promise.resolve(),
    );
    const heartbeat = createHeartbeat('https://ping.example.com/weekly', send, { startMs: 1, endMs: 600_000 });
    heartbeat.started();
    expect(await heartbeat.ended(0)).toEqual([
      "https://ping.example.com could not be told of the run's start: no answer came in time",
    ]);
    expect(urls).toEqual(['GET https://ping.example.com/weekly']);
  });

  it('gives up an end that is not answered', async () => {
    const { send } = recorder((_, signal) => untilAborted(signal));
    const heartbeat = createHeartbeat('https://ping.example.com/weekly', send, { startMs: 1, endMs: 1 });
    expect(await heartbeat.ended(1)).toEqual([
      "https://ping.example.com could not be told of the run's end: no answer came in time",
    ]);
  });
});

describe('--ping-url', () => {
  it('is called at the start and after a good run', async () => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    expect((await world.start(`${ONE_PARTITION} --ping-url ${origin}/ping/key`)).code).toBe(0);
    expect(heard.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /ping/key/start', 'GET /ping/key']);
  });

  it('is called with the exit code after a partial run', async () => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    const line = ONE_PARTITION.replace('2025-12-19', '2025-12-12');
    expect((await world.start(`${line} --ping-url ${origin}/ping`)).code).toBe(1);
    expect(heard.map(({ path }) => path)).toEqual(['/ping/start', '/ping/1']);
  });

  it('is called with the exit code alone when the run could not begin', async () => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    rmSync(world.dataDir, { recursive: true });
    expect((await world.start(`${ONE_PARTITION} --ping-url ${origin}/ping`)).code).toBe(2);
    expect(heard.map(({ path }) => path)).toEqual(['/ping/2']);
  });

  it('is called after an interruption', async () => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    const args = [...world.place, ...ONE_PARTITION.split(' '), '--ping-url', `${origin}/ping`];
    const held = await startHeldRun(args, world.dir, MIDDLE);
    held.child.kill('SIGTERM');
    expect((await held.finish()).code).toBe(2);
    expect(heard.map(({ path }) => path)).toEqual(['/ping/start', '/ping/2']);
  });

  it.each(['--dry-run', '--weeks never'])('is not called with %s', async (option) => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    await world.start(`${ONE_PARTITION} --ping-url ${origin}/ping ${option}`);
    expect(heard).toEqual([]);
  });

  it('is not called by a run that the lock refused, which would hide or belie the one in progress', async () => {
    const world = createMetricsWorld();
    const { origin, heard } = await createListener();
    const args = [...world.place, ...ONE_PARTITION.split(' ')];
    const held = await startHeldRun(args, world.dir, MIDDLE);
    expect((await run(args, { env: { MARKET_SPINE_PING_URL: `${origin}/ping` } })).code).toBe(2);
    await held.finish();
    expect(heard).toEqual([]);
  });

  it('that fails is a warning for each call, and the run keeps its exit code', async () => {
    const world = createMetricsWorld();
    const { origin } = await createListener(503);
    const ended = await world.start(`${ONE_PARTITION} --quiet --ping-url ${origin}/secret?key=secret`);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toBe(
      ['start', 'end']
        .map((what) => `warning: ${origin} could not be told of the run's ${what}: the answer was HTTP 503\n`)
        .join(''),
    );
  });

  it('is in no output and not in the database', async () => {
    const world = createMetricsWorld();
    const url = 'http://127.0.0.1:1/s3cr3t?key=s3cr3t';
    const said = await world.start(`${ONE_PARTITION} --verbose --ping-url ${url} --pushgateway-url ${url}`);
    const json = await world.start(`${ONE_PARTITION} --json --log-format json --verbose --ping-url ${url}`);
    const refused = await world.start(`${ONE_PARTITION} --ping-url htp://s3cr3t`);
    expect([said.code, json.code, refused.code]).toEqual([0, 0, 2]);
    for (const { stdout, stderr } of [said, json, refused]) expect(stdout + stderr).not.toContain('s3cr3t');
    expect(readFileSync(world.db, 'latin1')).not.toContain('s3cr3t');
  });
});
