/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back; the body is decompressed, and read as it arrives. */
export interface HttpReply {
  readonly status: number;
  header(name: string): string | null;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Sends one request once. Rejects when no whole answer can be had; aborting `signal` ends the request and the reading
 * of its body. Redirects are answers, never followed: a POST would lose its filters.
 */
export type HttpTransport = (request: HttpRequest, signal: AbortSignal) => Promise<HttpReply>;
