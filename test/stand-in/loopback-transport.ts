import type { HttpTransport } from '../../src/sources/api/http.ts';
import { undiciTransport } from '../../src/sources/api/undici-transport.ts';

/** The real transport, kept on this machine. */
export interface LoopbackTransport {
  readonly send: HttpTransport;
  /** Addresses that were asked for elsewhere; none was sent to. */
  readonly strays: readonly string[];
  close(): Promise<void>;
}

/** Sends to 127.0.0.1 and refuses, and remembers, any other host. */
export function loopbackTransport(): LoopbackTransport {
  const { send, close } = undiciTransport({ connections: 8 });
  const strays: string[] = [];
  return {
    strays,
    close,
    async send(request, signal) {
      if (new URL(request.url).hostname === '127.0.0.1') return send(request, signal);
      strays.push(request.url);
      throw new Error(`a test asked for ${request.url}`);
    },
  };
}
