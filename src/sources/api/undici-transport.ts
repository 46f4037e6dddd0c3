import { Agent, fetch, ProxyAgent } from 'undici';
import type { HttpTransport } from './http.ts';

/** A transport and the connections it keeps alive. */
export interface UndiciTransport {
  readonly send: HttpTransport;
  /** Drops every connection; call it when the run is over. */
  close(): Promise<void>;
}

/** HTTP with connections kept alive, at most `connections` to a host, through `proxy` when one is given. */
export function undiciTransport(options: { readonly connections: number; readonly proxy?: string }): UndiciTransport {
  const { connections, proxy } = options;
  const dispatcher = proxy === undefined ? new Agent({ connections }) : new ProxyAgent({ uri: proxy, connections });
  return {
    async send(request, signal) {
      const response = await fetch(request.url, {
        method: request.method,
        headers: { 'accept-encoding': 'gzip', ...request.headers },
        body: request.body ?? null,
        redirect: 'manual',
        signal,
        dispatcher,
      });
      return {
        status: response.status,
        header: (name) => response.headers.get(name),
        body: response.body ?? noBody(),
      };
    },
    close: () => dispatcher.destroy(),
  };
}

async function* noBody(): AsyncGenerator<Uint8Array> {}
