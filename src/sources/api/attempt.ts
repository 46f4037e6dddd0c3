import type { HttpReply, HttpRequest, HttpTransport } from './http.ts';
import type { Sleep } from './sleep.ts';
import { withoutSecrets } from './without-secrets.ts';

/** A whole answer; `whole` is false when its body was cut at the limit. */
export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | null;
  readonly body: Uint8Array;
  readonly whole: boolean;
}

/** What one try came to: an answer, or why there is none. */
export type Attempt =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'fault'; readonly code: 'network_error' | 'timeout'; readonly detail: string };

export interface AttemptDeps {
  readonly transport: HttpTransport;
  readonly sleep: Sleep;
  /** Aborted when the run is interrupted; its reason is thrown. */
  readonly signal: AbortSignal;
  /** For the whole exchange, so that an answer that only drips ends too. */
  readonly timeoutMs: number;
}

// Enough of an error page to quote from.
const ERROR_BYTES = 64 * 1024;

/** Sends `request` once and reads its whole answer, at most `maxBytes` of it. */
export async function attempt(deps: AttemptDeps, request: HttpRequest, maxBytes: number): Promise<Attempt> {
  const { transport, sleep, signal, timeoutMs } = deps;
  signal.throwIfAborted();
  const abort = new AbortController();
  const ended = new AbortController();
  let timedOut = false;
  const interrupt = () => abort.abort(signal.reason);
  signal.addEventListener('abort', interrupt, { once: true });
  sleep(timeoutMs, ended.signal).then(
    () => {
      timedOut = true;
      abort.abort();
    },
    () => undefined,
  );
  try {
    const reply = await transport(request, abort.signal);
    const read = await readBody(reply, reply.status === 200 ? maxBytes : Math.min(maxBytes, ERROR_BYTES));
    return { kind: 'answer', answer: { status: reply.status, header: reply.header, ...read } };
  } catch (error) {
    signal.throwIfAborted();
    return timedOut
      ? { kind: 'fault', code: 'timeout', detail: `no whole answer within ${timeoutMs / 1000} s` }
      : { kind: 'fault', code: 'network_error', detail: withoutSecrets(causeOf(error), request) };
  } finally {
    signal.removeEventListener('abort', interrupt);
    ended.abort();
  }
}

async function readBody(reply: HttpReply, maxBytes: number): Promise<{ body: Uint8Array; whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body) {
    size += chunk.byteLength;
    // The rest is let go at once; what there is of an error page's beginning is enough to quote from.
    if (size > maxBytes) return { body: chunks[0] ?? new Uint8Array(), whole: false };
    chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), whole: true };
}

// The deepest cause says most: fetch itself only says that it failed.
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return causeOf(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return code === null || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
