import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { attempt } from '../../../src/sources/api/attempt.ts';
import type { HttpReply } from '../../../src/sources/api/http.ts';
import { systemSleep } from '../../../src/sources/api/sleep.ts';
import { undiciTransport } from '../../../src/sources/api/undici-transport.ts';

const NEVER = new AbortController().signal;

async function serverAt(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

function transport(proxy?: string) {
  const made = undiciTransport({ connections: 2, ...(proxy === undefined ? {} : { proxy }) });
  onTestFinished(() => made.close());
  return made.send;
}

async function textOf(reply: HttpReply): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of reply.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

it('asks for gzip, unpacks it, and keeps its connection', async () => {
  const seen: (string | undefined)[] = [];
  const sockets = new Set<unknown>();
  const { port } = await serverAt((request, response) => {
    seen.push(String(request.headers['accept-encoding']));
    sockets.add(request.socket);
    response.writeHead(200, { 'content-encoding': 'gzip', 'record-total': '3' }).end(gzipSync('rows'));
  });
  const send = transport();
  for (let count = 0; count < 3; count++) {
    const reply = await send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }, NEVER);
    expect([reply.status, reply.header('Record-Total'), await textOf(reply)]).toEqual([200, '3', 'rows']);
  }
  expect(seen).toEqual(['gzip', 'gzip', 'gzip']);
  expect(sockets.size).toBe(1);
});

it('stops unpacking, and lets the connection go, when what it sends is read no further', async () => {
  const megabyte = Buffer.alloc(1024 * 1024);
  let packed = 0;
  let closed: () => void = () => {};
  const letGo = new Promise<void>((resolve) => {
    closed = resolve;
  });
  function* endless() {
    for (;;) {
      packed += megabyte.byteLength;
      yield megabyte;
    }
  }
  const { port } = await serverAt((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    pipeline(Readable.from(endless()), createGzip(), response, () => closed());
  });
  const request = { method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} } as const;
  const deps = { transport: transport(), sleep: systemSleep, signal: NEVER, timeoutMs: 60_000 };
  expect(await attempt(deps, request, 8 * megabyte.byteLength)).toMatchObject({ answer: { whole: false } });
  await letGo;
  expect(packed).toBeLessThan(1024 * megabyte.byteLength);
});

it('answers a redirect as it is, and a bodiless reply with nothing', async () => {
  const paths: unknown[] = [];
  const { port } = await serverAt((request, response) => {
    paths.push(request.url);
    response.writeHead(request.url === '/a' ? 302 : 204, { location: '/b' }).end();
  });
  const send = transport();
  const base = `http://127.0.0.1:${port}`;
  const moved = await send({ method: 'POST', url: `${base}/a`, headers: {}, body: '{}' }, NEVER);
  const empty = await send({ method: 'GET', url: `${base}/c`, headers: {} }, NEVER);
  expect([moved.status, await textOf(moved), empty.status, await textOf(empty)]).toEqual([302, '', 204, '']);
  expect(paths).toEqual(['/a', '/c']);
});

it('goes through the proxy it is given', async () => {
  const { port } = await serverAt((_request, response) => response.end('through'));
  const tunnels: unknown[] = [];
  const proxy = await serverAt((_request, response) => response.writeHead(500).end());
  proxy.server.on('connect', (request, client) => {
    tunnels.push(request.url);
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    onTestFinished(() => void target.destroy());
  });
  const send = transport(`http://127.0.0.1:${proxy.port}`);
  const reply = await send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }, NEVER);
  expect(await textOf(reply)).toBe('through');
  expect(tunnels).toEqual([`127.0.0.1:${port}`]);
});

it('sleeps on the real timer until its signal aborts', async () => {
  await systemSleep(0, NEVER);
  const stop = new AbortController();
  const sleeping = systemSleep(3_600_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(systemSleep(3_600_000, stop.signal)).rejects.toThrow('enough');
});
