/** An answer before it is compressed and sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export function replyOf(status: number, body = '', headers: Record<string, string> = {}): Reply {
  return { status, body, headers: { 'content-type': 'text/plain', ...headers } };
}

export function jsonReply(value: unknown): Reply {
  return replyOf(200, JSON.stringify(value), { 'content-type': 'application/json' });
}
