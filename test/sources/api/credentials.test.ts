import { describe, expect, it } from 'vitest';
import { createPacer } from '../../../src/sources/api/pacer.ts';
import { createSender } from '../../../src/sources/api/sender.ts';
import { manyRows } from '../../stand-in/api-rows.ts';
import { virtualTime } from '../../stand-in/virtual-time.ts';
import { type Stage, stage, T1 } from './stage.ts';

const SECRETS = { clientId: 'client-4711', clientSecret: 's3cr3t/+=' };

const TOKEN_PATH = '/oauth2/access_token';

async function closedStage(given: Partial<typeof SECRETS> = {}, lifetimeSeconds = 1800): Promise<Stage> {
  const all = await stage({ credentials: { ...SECRETS, lifetimeSeconds }, pageRows: 10 }, ({ tokenUrl }) => ({
    credentials: { ...SECRETS, ...given, tokenUrl },
  }));
  all.standIn.publish(manyRows(25));
  return all;
}

const exchanges = ({ standIn }: Stage) => standIn.requests.filter((request) => request.path === TOKEN_PATH).length;

describe('client credentials', () => {
  it('are exchanged once, for a token that every request carries', async () => {
    const all = await closedStage();
    await all.source.survey([T1]);
    await all.read();
    expect(exchanges(all)).toBe(1);
    const carried = all.standIn.requests.slice(1).map((request) => request.headers.authorization);
    expect(carried).toEqual(Array(4).fill('Bearer token-1'));
  });

  it('are exchanged once for requests that need a token at the same time', async () => {
    const all = await closedStage();
    await Promise.all([all.source.survey([T1]), all.read()]);
    expect(exchanges(all)).toBe(1);
  });

  it('are exchanged again when the token runs out', async () => {
    const all = await closedStage({}, 60);
    await all.source.survey([T1]);
    const wait = { kind: 'status', status: 503, headers: { 'retry-after': '40' } } as const;
    all.standIn.fault({ fault: wait, when: ({ path }) => path.startsWith('/data/') });
    await all.read();
    expect(exchanges(all)).toBe(2);
  });

  it('are exchanged again, once, when the API no longer takes the token', async () => {
    const all = await closedStage();
    await all.source.survey([T1]);
    all.standIn.revokeTokens();
    expect((await all.read()).split('\n')).toHaveLength(27);
    expect(exchanges(all)).toBe(2);
  });

  it('are said once to be wrong, though two lists want a token', async () => {
    const all = await closedStage({ clientSecret: 'wr0ng' });
    const { partitions } = await all.source.survey([T1]);
    expect([...partitions.values()]).toMatchObject([
      { status: 'unreadable', message: "FINRA's token endpoint answered HTTP 401: it does not accept the credentials" },
    ]);
  });

  it('fail the partition when the API refuses a fresh token too', async () => {
    const all = await closedStage();
    all.standIn.fault({
      fault: { kind: 'status', status: 401 },
      times: 9,
      when: ({ path }) => path.startsWith('/data/'),
    });
    await expect(all.read()).rejects.toMatchObject({ code: 'unauthorised', transient: false });
    expect(exchanges(all)).toBe(2);
  });

  it('may be exchanged on a second try', async () => {
    const all = await closedStage();
    all.standIn.fault({ fault: { kind: 'status', status: 503 }, when: ({ path }) => path === TOKEN_PATH });
    expect((await all.read()).split('\n')).toHaveLength(27);
  });

  it.each([
    ['a wrong secret', { clientSecret: 'wr0ng-secret' }, null],
    ['a token endpoint that answers something else', {}, { kind: 'status', status: 200, body: 'hello' }],
    ['a token endpoint that is not there', {}, { kind: 'status', status: 404, body: `client-4711 s3cr3t/+=` }],
    ['an API that repeats what it was sent', {}, { kind: 'status', status: 400, body: 'Bearer token-1' }],
    ['a page that repeats what it was sent', {}, { kind: 'status', status: 200, body: '<p>Bearer token-1' }],
  ] as const)('are named in no error: %s', async (_name, given, fault) => {
    const all = await closedStage(given);
    const when = ({ path }: { path: string }) => (path === TOKEN_PATH) !== fault?.body.includes('Bearer');
    if (fault !== null) all.standIn.fault({ fault, times: 9, when });
    const error: unknown = await all.read().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'PartitionError', transient: false });
    const { message, stack, code, hint } = error as Error & { code: string; hint: string };
    const said = JSON.stringify({ message, stack, code, hint, cause: String((error as Error).cause) });
    const encoded = Buffer.from(`${SECRETS.clientId}:${SECRETS.clientSecret}`).toString('base64');
    for (const secret of ['client-4711', 's3cr3t', 'wr0ng-secret', 'token-1', encoded])
      expect(said).not.toContain(secret);
  });

  it.each([
    ['a line end', 'TOKTOK\nX: 1'],
    ['a space', 'TOK TOK'],
    ['a letter of another alphabet', 'TOKTOK\u0416'],
    ['nothing', ''],
  ])('are worth no token that holds %s, and it is not quoted', async (_name, token) => {
    const all = await closedStage();
    const fault = { kind: 'status', status: 200, body: JSON.stringify({ access_token: token }) } as const;
    all.standIn.fault({ fault, when: ({ path }) => path === TOKEN_PATH });
    const error: unknown = await all.read().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'not_data', transient: false });
    expect(String(error)).toContain('visible ASCII');
    expect(String(error)).not.toContain('TOK');
    expect(all.asked()).toEqual([`POST ${TOKEN_PATH}`]);
  });
});

it.each([
  ['Bearer TOKTOK', 'TOKTOK'],
  [`Basic ${Buffer.from('client-4711:s3cr3t:/+=').toString('base64')}`, 's3cr3t:/+='],
])('a request that fails with its own %s header in the error tells no one', async (authorization, secret) => {
  const { clock, sleep } = virtualTime(1000);
  const transport = async () => {
    throw new TypeError('fetch failed', { cause: new Error(`"${authorization}" (${secret}) is no header value`) });
  };
  const { signal } = new AbortController();
  const request = { method: 'GET', url: 'http://127.0.0.1/', headers: { authorization } } as const;
  const pacer = createPacer(10);
  const deps = {
    clock,
    sleep,
    transport,
    signal,
    pacer,
    timeoutMs: 1000,
    random: () => 0,
    maxTries: 1,
    userAgent: 'x',
  };
  const scheme = authorization.split(' ')[0];
  await expect(createSender(deps)(request, 'It', 1000)).rejects.toMatchObject({
    code: 'network_error',
    message: `It: "${scheme} ***" (***) is no header value, after 1 try`,
  });
});
