import { type ProxyEnvironment, proxyFor } from './proxy.ts';
import { type UndiciTransport, undiciTransport } from './undici-transport.ts';

/** A transport that sends each request through the proxy the environment has for its address, or straight there. */
export function proxiedTransport(connections: number, env: ProxyEnvironment): UndiciTransport {
  const transports = new Map<string, UndiciTransport>();

  function transportTo(url: string): UndiciTransport {
    const proxy = proxyFor(url, env);
    const key = proxy ?? '';
    const transport =
      transports.get(key) ?? undiciTransport({ connections, ...(proxy === undefined ? {} : { proxy }) });
    transports.set(key, transport);
    return transport;
  }

  return {
    send: (request, signal) => transportTo(request.url).send(request, signal),
    async close() {
      await Promise.all([...transports.values()].map((transport) => transport.close()));
    },
  };
}
