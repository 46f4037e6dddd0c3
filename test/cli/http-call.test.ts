import { describe, expect, it, onTestFinished } from 'vitest';
import { callSender } from '../../src/cli/http-call.ts';
import { createListener } from '../harness/listener.ts';
import { startProxy } from '../harness/loopback-proxy.ts';

const NEVER = new AbortController().signal;

describe('a call', () => {
  it('is over with any good answer', async () => {
    const { origin, heard } = await createListener(202);
    const request = {
      method: 'PUT',
      url: `${origin}/a?b=c`,
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    } as const;
    await callSender({})(request, NEVER);
    expect(heard).toMatchObject([{ method: 'PUT', path: '/a?b=c', body: 'x' }]);
  });

  it('that is never answered ends when it is given up', async () => {
    const { origin, heard } = await createListener(null);
    const abort = new AbortController();
    const call = callSender({})({ method: 'GET', url: `${origin}/secret`, headers: {} }, abort.signal);
    while (heard.length === 0) await new Promise(setImmediate);
    abort.abort();
    await expect(call).rejects.toThrow(/^no answer came in time$/);
  });

  it('that is given up before it began says the same', async () => {
    const { origin, heard } = await createListener();
    const call = callSender({})({ method: 'GET', url: origin, headers: {} }, AbortSignal.abort());
    await expect(call).rejects.toThrow(/^no answer came in time$/);
    expect(heard).toEqual([]);
  });

  it('goes through the proxy of the environment, and not for an address that needs none', async () => {
    const { origin, heard } = await createListener();
    const { port } = new URL(origin);
    const proxy = await startProxy(Number(port));
    onTestFinished(proxy.close);
    const call = (url: string) => callSender({ http_proxy: proxy.url })({ method: 'GET', url, headers: {} }, NEVER);
    await call('http://push.invalid/one');
    await call(`${origin}/two`);
    expect(heard.map(({ path }) => path)).toEqual(['/one', '/two']);
    expect(proxy.asked).toEqual(['push.invalid:80']);
  });
});
