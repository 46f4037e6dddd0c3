import type { AccessToken } from './access-token.ts';
import { excerptOf, notData, refused, tooLarge, unauthorised } from './api-error.ts';
import type { HttpAnswer } from './attempt.ts';
import { isCrowded } from './crowded.ts';
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

/** An answer, and the token that its request carried. */
interface Said {
  readonly answer: HttpAnswer;
  readonly bearer: string | null;
}

/** A client that sends through `sender`, with a bearer token when credentials are given. */
export function createApiClient(baseUrl: string, sender: Sender, token: AccessToken | null): ApiClient {
  const base = baseUrl.replace(/\/+$/, '');

  async function askWith(bearer: string, request: HttpRequest, what: string, maxBytes: number): Promise<Said> {
    const headers = { ...request.headers, authorization: `Bearer ${bearer}` };
    return { answer: await sender({ ...request, headers }, what, maxBytes), bearer };
  }

  async function authorised(request: HttpRequest, what: string, maxBytes: number): Promise<Said> {
    if (token === null) return { answer: await sender(request, what, maxBytes), bearer: null };
    const first = await token.current();
    const said = await askWith(first, request, what, maxBytes);
    if (said.answer.status !== 401) return said;
    token.refuse(first);
    return askWith(await token.current(), request, what, maxBytes);
  }

  async function ask(request: HttpRequest, what: string, maxBytes: number): Promise<ApiAnswer> {
    const said = await authorised(request, what, maxBytes);
    const { status } = said.answer;
    if (status === 401) throw unauthorised(status, what, token !== null);
    const text = withoutToken(said, decode(said.answer, what));
    if (status !== 200 && status !== 204) throw refused(status, what, excerptOf(text));
    return readAnswer(said.answer, text, what);
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

// Answers are quoted in messages, and a careless server repeats what it was sent.
function withoutToken({ bearer }: Said, text: string): string {
  return bearer === null ? text : text.replaceAll(bearer, '***');
}

function readAnswer(answer: HttpAnswer, text: string, what: string): ApiAnswer {
  const type = answer.header('content-type') ?? '';
  const start = text.slice(0, 100).trimStart();
  if (/html/i.test(type) || start.startsWith('<')) throw notData(what, excerptOf(text));
  const isJson = /json/i.test(type) || /^[[{]/.test(start);
  if (isCrowded(text, isJson)) throw tooLarge(what);
  const total = answer.header('record-total')?.trim() ?? '';
  return {
    text: text.trim() === '' ? '' : text,
    isJson,
    total: /^\d{1,9}$/.test(total) ? Number(total) : null,
    bytes: answer.body.byteLength,
  };
}

// Only data must be decoded without a doubt.
function decode(answer: HttpAnswer, what: string): string {
  if (answer.status !== 200) return Buffer.from(answer.body).toString('utf8');
  const charset = /charset="?([^\s";]+)/i.exec(answer.header('content-type') ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset, { fatal: true }).decode(answer.body);
  } catch {
    throw notData(what, `its text is not ${charset}`);
  }
}
