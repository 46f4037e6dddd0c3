import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ApiScenario, apiScenario } from '../harness/api-scenario.ts';
import type { Ended } from '../harness/command.ts';
import { query } from '../harness/database.ts';
import { startProxy } from '../harness/loopback-proxy.ts';
import { FRIDAY, wholeWeek } from '../stand-in/api-week.ts';

const WEEK = `--weeks ${FRIDAY} --run-date 2026-02-02`;
const SECRETS = { clientId: 'client-4711', clientSecret: 's3cr3t/+=' };
const ENV = { FINRA_API_CLIENT_ID: SECRETS.clientId, FINRA_API_CLIENT_SECRET: SECRETS.clientSecret };

async function closedScenario(): Promise<ApiScenario> {
  const scenario = await apiScenario({ credentials: { ...SECRETS, lifetimeSeconds: 1800 } });
  scenario.standIn.publish(wholeWeek());
  return scenario;
}

const withToken = ({ standIn }: ApiScenario) => `${WEEK} --api-token-url ${standIn.tokenUrl} --verbose`;

/** Everything a run leaves: what it said, and every byte of its folder. */
function leftBy({ dir }: ApiScenario, { stdout, stderr }: Ended): string {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8', withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return [stdout, stderr, ...files.map((path) => readFileSync(path, 'latin1'))].join('\n');
}

function expectNoSecretIn(text: string): void {
  const encoded = Buffer.from(`${SECRETS.clientId}:${SECRETS.clientSecret}`).toString('base64');
  for (const secret of [SECRETS.clientId, SECRETS.clientSecret, 'wr0ng', encoded, 'token-1'])
    expect(text).not.toContain(secret);
}

describe('client credentials', () => {
  it('are used, and left nowhere', async () => {
    const scenario = await closedScenario();
    const ended = await scenario.end(withToken(scenario), ENV);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const [token, ...rest] = scenario.standIn.requests;
    expect(token?.path).toBe('/oauth2/access_token');
    expect(new Set(rest.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer token-1']));
    const [kept] = query(scenario.db, 'SELECT options_json FROM core_scheduler_runs');
    expect(String(kept?.options_json)).toContain(scenario.standIn.tokenUrl);
    expectNoSecretIn(leftBy(scenario, ended));
  });

  it('that are wrong are left nowhere either', async () => {
    const scenario = await closedScenario();
    const ended = await scenario.end(withToken(scenario), { ...ENV, FINRA_API_CLIENT_SECRET: 'wr0ng' });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('does not accept the credentials');
    expect(ended.stderr).toContain('try: check FINRA_API_CLIENT_ID and FINRA_API_CLIENT_SECRET\n');
    expectNoSecretIn(leftBy(scenario, ended));
  });

  it('for an address of this machine do not go through a proxy', async () => {
    const scenario = await closedScenario();
    const proxy = await startProxy(Number(new URL(scenario.standIn.url).port));
    onTestFinished(proxy.close);
    const ended = await scenario.end(withToken(scenario), { ...ENV, HTTP_PROXY: proxy.url, NO_PROXY: '' });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(proxy.asked).toEqual([]);
  });

  it('become no token that would stand in a message', async () => {
    const scenario = await closedScenario();
    scenario.standIn.fault({
      fault: { kind: 'status', status: 200, body: JSON.stringify({ access_token: 'token-1\nX: 1' }) },
      when: ({ path }) => path === '/oauth2/access_token',
      times: 100,
    });
    const ended = await scenario.end(withToken(scenario), ENV);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('its access_token holds more than visible ASCII characters');
    expectNoSecretIn(leftBy(scenario, ended));
  });

  it('are asked for by an API that wants some', async () => {
    const scenario = await closedScenario();
    const { code, stderr } = await scenario.end(WEEK);
    expect(code).toBe(1);
    expect(stderr).toContain('asks for credentials\ntry: set FINRA_API_CLIENT_ID and FINRA_API_CLIENT_SECRET\n');
  });

  it.each([
    [
      'one without the other',
      { FINRA_API_CLIENT_ID: SECRETS.clientId },
      'FINRA_API_CLIENT_ID is set and FINRA_API_CLIENT_SECRET is not',
      'set both; or neither, as this data needs none',
    ],
    [
      'the other without the one',
      { FINRA_API_CLIENT_SECRET: SECRETS.clientSecret },
      'FINRA_API_CLIENT_SECRET is set and FINRA_API_CLIENT_ID is not',
      'set both; or neither, as this data needs none',
    ],
    [
      'both for an address that is not encrypted',
      { ...ENV, MARKET_SPINE_API_BASE_URL: 'http://finra.example' },
      'http://finra.example would get the credentials unencrypted',
      'give an https:// address, or unset them',
    ],
  ])('are a bad option when there is %s', async (_, env, message, hint) => {
    const scenario = await closedScenario();
    const ended = await scenario.end(WEEK, env);
    expect(ended).toEqual({ code: 2, signal: null, stdout: '', stderr: `error: ${message}\ntry: ${hint}\n` });
    expect(existsSync(scenario.db)).toBe(false);
    expectNoSecretIn(leftBy(scenario, ended));
  });

  it('are no matter to a run on files', async () => {
    const scenario = await closedScenario();
    const ended = await scenario.end(`${WEEK} --source file --data-dir ${scenario.dataDir}`, {
      FINRA_API_CLIENT_ID: SECRETS.clientId,
    });
    expect(ended.stderr).not.toContain('FINRA_API_CLIENT');
    expect(existsSync(scenario.db)).toBe(true);
  });
});
