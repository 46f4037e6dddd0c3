import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ApiScenario, apiScenario } from '../harness/api-scenario.ts';
import { query, value } from '../harness/database.ts';
import { startProxy } from '../harness/loopback-proxy.ts';
import type { RunDocument } from '../harness/run-document.ts';
import { leftovers, NOTHING_LEFT } from '../harness/stored-state.ts';
import { FRIDAY, wholeWeek } from '../stand-in/api-week.ts';
import { deferred } from '../stand-in/deferred.ts';
import type { SeenRequest } from '../stand-in/faults.ts';
import type { StandInOptions } from '../stand-in/finra-stand-in.ts';

const WEEK = `--weeks ${FRIDAY} --run-date 2026-02-02`;

const isData = ({ path }: SeenRequest) => path.endsWith('/weeklySummary') && path.startsWith('/data/');

async function published(options: StandInOptions = {}): Promise<ApiScenario> {
  const scenario = await apiScenario(options);
  scenario.standIn.publish(wholeWeek());
  return scenario;
}

describe('a run on the API', () => {
  it('needs no data folder, and looks for none', async () => {
    const scenario = await published();
    const document = await scenario.run(`${WEEK} --data-dir /does/not/exist`);
    expect(document).toMatchObject({ exit_code: 0, source: 'api', data_dir: null });
  });

  it('says which program asks', async () => {
    const scenario = await published();
    await scenario.run(WEEK);
    const version = String(value(scenario.db, 'SELECT version FROM core_scheduler_runs'));
    const agents = scenario.standIn.requests.map(({ headers }) => headers['user-agent']);
    expect(new Set(agents)).toEqual(new Set([`run-finra-weekly-schedule/${version}`]));
  });

  it('fetches several partitions at once, and stores each', async () => {
    const scenario = await published();
    const third = deferred<undefined>();
    let come = 0;
    const run = () => {
      come += 1;
      if (come === 3) third.resolve(undefined);
      return third.promise;
    };
    scenario.standIn.fault({ fault: { kind: 'before', run }, when: isData, times: 3 });
    expect(await scenario.run(`${WEEK} --concurrency 3`)).toMatchObject({ exit_code: 0, totals: { ingested: 3 } });
    expect(scenario.standIn.mostAtOnce()).toBe(3);
  });

  it('fetches one after the other when it is told to', async () => {
    const scenario = await published();
    await scenario.run(`${WEEK} --concurrency 1`);
    expect(scenario.standIn.mostAtOnce()).toBe(1);
  });

  it('asks FINRA for nothing where it normalizes and computes only', async () => {
    const scenario = await published();
    await scenario.run(`${WEEK} --only-stage ingest`);
    const asked = scenario.standIn.requests.length;
    expect(await scenario.run(`${WEEK} --only-stage normalize`)).toMatchObject({ totals: { resumed: 3 } });
    expect(await scenario.run(`${WEEK} --only-stage calc`)).toMatchObject({ totals: { resumed: 3 } });
    expect(scenario.standIn.requests).toHaveLength(asked);
  });
});

describe('a dry run on the API', () => {
  it('tells the plan and writes nothing', async () => {
    const scenario = await published();
    const document = await scenario.run(`${WEEK} --dry-run`);
    expect(document.partitions.map(({ action, reason }) => `${action} ${reason}`)).toEqual(
      Array(3).fill('ingest first_capture'),
    );
    expect(document.exit_code).toBe(0);
    expect(scenario.standIn.requests.map(({ path }) => path)).toEqual([
      '/partitions/group/otcMarket/name/weeklySummary',
    ]);
    expect(readdirSync(scenario.dir)).toEqual(['data']);
  });

  it('reads what is stored again, to tell what is revised', async () => {
    const scenario = await published();
    await scenario.run(WEEK);
    scenario.standIn.publish(
      wholeWeek().map((row) => (row.tierIdentifier === 'T2' ? { ...row, totalWeeklyTradeCount: '3' } : row)),
    );
    const { partitions } = await scenario.run(`${WEEK} --dry-run`);
    expect(partitions.map(({ action, reason }) => `${action} ${reason}`)).toEqual([
      'skip unchanged',
      'ingest revised',
      'skip unchanged',
    ]);
  });
});

describe('an interruption', () => {
  it.each([
    ['while the listing hangs', (request: SeenRequest) => !isData(request), 0],
    ['while partitions hang', isData, 3],
  ])('ends a run at once %s', async (_, when, items) => {
    const scenario = await published();
    scenario.standIn.fault({ fault: { kind: 'hang' }, when, times: 100 });
    // Should it wait for its requests, it would wait for an hour each.
    const { child, ended } = scenario.start(`${WEEK} --request-timeout 1h --json`);
    scenario.standIn.onStuck(() => child.kill('SIGTERM'));
    const { code, signal, stdout, stderr } = await ended;
    expect({ code, signal }).toEqual({ code: 2, signal: null });
    expect(stderr).toContain('error: interrupted by SIGTERM;');
    expect(JSON.parse(stdout) as RunDocument).toMatchObject({ exit_code: 2, error: { code: 'interrupted' } });
    expect(query(scenario.db, 'SELECT status, exit_code FROM core_scheduler_runs')).toEqual([
      { status: 'interrupted', exit_code: 2n },
    ]);
    const pending = "SELECT count(*) FROM core_work_items WHERE pipeline = 'ingest_week' AND state = 'PENDING'";
    expect(value(scenario.db, pending)).toBe(BigInt(items));
    expect(leftovers(scenario.db)).toEqual(NOTHING_LEFT);
  });

  it('ends a dry run that hangs', async () => {
    const scenario = await published();
    scenario.standIn.fault({ fault: { kind: 'hang' } });
    const { child, ended } = scenario.start(`${WEEK} --request-timeout 1h --dry-run`);
    scenario.standIn.onStuck(() => child.kill('SIGINT'));
    const { code, stderr } = await ended;
    expect(code).toBe(2);
    expect(stderr).toContain('error: interrupted by SIGINT;');
  });
});

describe('a proxy', () => {
  it('is gone through to where NO_PROXY says nothing of', async () => {
    const scenario = await published();
    const proxy = await startProxy(Number(new URL(scenario.standIn.url).port));
    onTestFinished(proxy.close);
    // Names in lower case win, as other tools have it.
    const env = { http_proxy: proxy.url, MARKET_SPINE_API_BASE_URL: 'http://finra.invalid' };
    expect(await scenario.run(WEEK, env)).toMatchObject({ exit_code: 0, totals: { ingested: 3 } });
    expect(new Set(proxy.asked)).toEqual(new Set(['finra.invalid:80']));
  });

  it('of HTTPS_PROXY serves FINRA itself', async () => {
    const scenario = await published();
    const proxy = await startProxy();
    onTestFinished(proxy.close);
    const env = { HTTPS_PROXY: proxy.url, MARKET_SPINE_API_BASE_URL: '' };
    const document = await scenario.run(`${WEEK} --tiers T1 --request-tries 1`, env);
    expect(document.partitions[0]?.outcome).toBe('retry_wait');
    expect(new Set(proxy.asked)).toEqual(new Set(['api.finra.org:443']));
    expect(scenario.standIn.requests).toEqual([]);
  });

  it('that is no address is a bad option', async () => {
    const scenario = await published();
    const env = { HTTPS_PROXY: 'socks5://me:s3cret@proxy:1080', MARKET_SPINE_API_BASE_URL: 'https://finra.invalid' };
    expect(await scenario.end(WEEK, env)).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr:
        'error: HTTPS_PROXY does not hold the address of an HTTP proxy\n' +
        'try: write it as http://host:port; NO_PROXY names what needs none\n',
    });
    expect(existsSync(scenario.db)).toBe(false);
  });
});
