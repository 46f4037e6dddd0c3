import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as a listener got it. */
export interface Heard {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An HTTP server on the loopback interface that writes down what it is asked; closed when the test ends. */
export interface Listener {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  readonly heard: Heard[];
}

/** A listener that answers every request with `status`, or, with null, never. */
export async function createListener(status: number | null = 200): Promise<Listener> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      heard.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      if (status !== null) response.writeHead(status).end('thank you');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: originOf(server), heard };
}

/** The origin of a server that is no longer there. */
export async function unreachableOrigin(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = originOf(server);
  server.close();
  await once(server, 'close');
  return origin;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
