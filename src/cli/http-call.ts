import type { HttpRequest } from '../sources/api/http.ts';
import type { Environment } from './read-options.ts';

/** Sends a request once and lets its answer go; rejects with a `CallError` when it is not a good one. */
export type SendCall = (request: HttpRequest, signal: AbortSignal) => Promise<void>;

/** Why a call came to nothing, without any part of its address: paths and queries are often secrets. */
export class CallError extends Error {}

/** A sender that goes through the environment's proxy. User and password of an address become basic authentication. */
export function callSender(env: Environment): SendCall {
  return async (request, signal) => {
    // Loaded when it is needed: most runs call no one.
    const { proxiedTransport } = await import('../sources/api/proxied-transport.ts');
    const transport = proxiedTransport(1, env);
    try {
      const { status } = await transport.send(withBasicAuth(request), signal);
      if (status < 200 || status > 299) throw new CallError(`the answer was HTTP ${status}`);
    } catch (error) {
      throw error instanceof CallError ? error : new CallError(reasonOf(error, signal));
    } finally {
      await transport.close();
    }
  };
}

/** What may be said of an address: scheme, host and port. */
export function addressShown(url: string): string {
  return new URL(url).origin;
}

function withBasicAuth(request: HttpRequest): HttpRequest {
  const url = new URL(request.url);
  const { username, password } = url;
  if (username === '' && password === '') return request;
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  return { ...request, url: url.href, headers: { ...request.headers, authorization } };
}

// An error's own message may hold the address; its code does not.
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'no answer came in time';
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? `the connection failed (${code})` : 'the connection failed';
}
