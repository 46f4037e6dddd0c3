import type { AccessToken } from './access-token.ts';
import { excerptOf, notData, refused, unauthorised } from './api-error.ts';
import type { HttpAnswer } from './attempt.ts';
import type { HttpRequest } from './http.ts';
import type { Sender } from './sender.ts';

/** How an answer is asked for. */
export type Form = 'text/plain' | 'application/json';

/** An answer of FINRA's API that is data, or nothing. */
export interface ApiAnswer {
  readonly text: string;
  readonly isJson: boolean;
  /** The `Record-Total` header: rows of the whole query; null when the answer does not say. */
  readonly total: number | null;
  readonly bytes: number;
}

/** Requests to FINRA's query API. Every failure is a `PartitionError`. */
export interface ApiClient {
  /** Asks for rows of a data set. */
  query(dataset: string, query: object, form: Form, maxBytes: number): Promise<ApiAnswer>;
  /** Asks which partitions of a data set are out. */
  partitions(dataset: string, maxBytes: number): Promise<ApiAnswer>;
}

/** A client that sends through `sender`, with a bearer token when credentials are given. */
export function createApiClient(baseUrl: string, sender: Sender, token: AccessToken | null): ApiClient {
  const base = baseUrl.replace(/\/+$/, '');

  async function authorised(request: HttpRequest, what: string, maxBytes: number): Promise<HttpAnswer> {
    if (token === null) return sender(request, what, maxBytes);
    const ask = (bearer: string) =>
      sender({ ...request, headers: { ...request.headers, authorization: `Bearer ${bearer}` } }, what, maxBytes);
    const first = await token.current();
    const answer = await ask(first);
    if (answer.status !== 401) return answer;
    token.refuse(first);
    return ask(await token.current());
  }

  async function ask(request: HttpRequest, what: string, maxBytes: number): Promise<ApiAnswer> {
    const answer = await authorised(request, what, maxBytes);
    const { status } = answer;
    if (status === 401) throw unauthorised(status, what, token !== null);
    if (status === 204) return { text: '', isJson: false, total: null, bytes: 0 };
    // What a server says of a request that carried a token is not repeated: it might repeat the token.
    if (status !== 200)
      throw refused(status, what, token === null ? excerptOf(Buffer.from(answer.body).toString('utf8')) : '');
    return readAnswer(answer, what);
  }

  return {
    query: (dataset, query, form, maxBytes) =>
      ask(
        {
          method: 'POST',
          url: `${base}/data/group/otcMarket/name/${dataset}`,
          headers: { accept: form, 'content-type': 'application/json' },
          body: JSON.stringify(query),
        },
        `FINRA's ${dataset}`,
        maxBytes,
      ),
    partitions: (dataset, maxBytes) =>
      ask(
        {
          method: 'GET',
          url: `${base}/partitions/group/otcMarket/name/${dataset}`,
          headers: { accept: 'application/json' },
        },
        `FINRA's list of ${dataset} partitions`,
        maxBytes,
      ),
  };
}

function readAnswer(answer: HttpAnswer, what: string): ApiAnswer {
  const text = decode(answer, what);
  const type = answer.header('content-type') ?? '';
  const start = text.slice(0, 100).trimStart();
  if (/html/i.test(type) || start.startsWith('<')) throw notData(what, excerptOf(text));
  const total = answer.header('record-total')?.trim() ?? '';
  return {
    text: text.trim() === '' ? '' : text,
    isJson: /json/i.test(type) || /^[[{]/.test(start),
    total: /^\d{1,9}$/.test(total) ? Number(total) : null,
    bytes: answer.body.byteLength,
  };
}

function decode(answer: HttpAnswer, what: string): string {
  const charset = /charset="?([^\s";]+)/i.exec(answer.header('content-type') ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset, { fatal: true }).decode(answer.body);
  } catch {
    throw notData(what, `its text is not ${charset}`);
  }
}
