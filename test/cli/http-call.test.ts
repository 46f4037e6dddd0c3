import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callSender } from '../../src/cli/http-call.ts';
import { createListener } from '../harness/listener.ts';

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
    const tunnels: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const { hostname, port } = new URL(`http://${request.url}`);
      const upstream = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      upstream.pipe(socket).pipe(upstream);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const env = { http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    await callSender(env)({ method: 'GET', url: `${origin}/one`, headers: {} }, NEVER);
    await callSender({ ...env, no_proxy: '127.0.0.1' })({ method: 'GET', url: `${origin}/two`, headers: {} }, NEVER);
    expect(heard.map(({ path }) => path)).toEqual(['/one', '/two']);
    expect(tunnels).toEqual([origin.replace('http://', '')]);
  });
});
