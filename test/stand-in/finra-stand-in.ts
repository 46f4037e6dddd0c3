import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { createFaultScript, type Fault, type FaultRule, type SeenRequest, sendCut, sendDrip } from './faults.ts';
import { type PageOptions, pageReply } from './page-reply.ts';
import { type QueryBody, refusalOf, selectRows, withoutFilters } from './query-rows.ts';
import { jsonReply, type Reply, replyOf } from './replies.ts';
import { createTokenDesk, type StandInCredentials } from './token-desk.ts';

export interface StandInOptions extends PageOptions {
  /** Requests of one second by `now` that are answered; FINRA's 20. */
  readonly perSecond?: number;
  /** Milliseconds since the epoch; the real clock unless given. */
  readonly now?: () => number;
  /** `query`: one order for all pages; `request`: another for each request; both by `seed`. */
  readonly order?: 'query' | 'request';
  readonly seed?: number;
  /** Asks for a bearer token, got with these credentials. */
  readonly credentials?: StandInCredentials;
}

/** FINRA's query API, played on loopback (FINRA page). */
export interface StandIn extends Pick<Catalogue, 'publish' | 'listEmpty'> {
  readonly url: string;
  readonly tokenUrl: string;
  readonly requests: readonly SeenRequest[];
  /** The most requests that were under way at once. */
  mostAtOnce(): number;
  fault(rule: FaultRule): void;
  /** Sets what is called when a request hangs or drips. */
  onStuck(listener: (request: SeenRequest) => void): void;
  /** Takes back every token handed out. */
  revokeTokens(): void;
  /** Gives every later query another order. */
  reorder(): void;
  close(): Promise<void>;
}

const DATA = /^\/data\/group\/otcMarket\/name\/(weeklySummary|weeklySummaryHistoric|weeklyDownloadDetails)$/i;
const PARTITIONS = '/partitions/group/otcMarket/name/weeklySummary';
const TOKEN = '/oauth2/access_token';

/** Starts a stand-in on a free port of 127.0.0.1. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { perSecond = 20, now = Date.now, credentials } = options;
  const catalogue = createCatalogue();
  const script = createFaultScript();
  const desk = credentials === undefined ? null : createTokenDesk(credentials, now);
  const requests: SeenRequest[] = [];
  const load = { underWay: 0, most: 0 };
  let seed = options.seed ?? 1;
  let stuck: (request: SeenRequest) => void = () => {};

  function replyTo(request: SeenRequest, faults: readonly Fault[]): Reply {
    const { pathname, searchParams } = new URL(request.path, 'http://127.0.0.1');
    if (requests.filter(({ at }) => at > request.at - 1000).length > perSecond)
      return replyOf(429, 'Too Many Requests');
    const authorization = String(request.headers.authorization);
    if (pathname === TOKEN && desk !== null) return desk.exchange(authorization);
    if (desk !== null && !desk.isGood(authorization)) return replyOf(401, `Unauthorized ${authorization}`);
    if (pathname === PARTITIONS) return jsonReply(catalogue.partitions());
    const dataset = DATA.exec(pathname)?.[1];
    if (dataset === undefined) return replyOf(404, 'Not Found');
    const asked = request.method === 'POST' ? (request.body ?? {}) : pagingOnly(searchParams);
    const refusal = refusalOf(dataset, asked);
    if (refusal !== null) return replyOf(400, refusal);
    const query = heeded(asked, faults);
    const rows = catalogue.rows(dataset, options.order === 'request' ? seed + requests.length : seed);
    return pageReply(selectRows(rows, query), query, String(request.headers.accept), options);
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await receive(message, now());
    requests.push(request);
    const faults = script.strike(request);
    for (const fault of faults) if (fault.kind === 'before') await fault.run();
    const instead = faults.find((fault) => fault.kind === 'status');
    const reply =
      instead === undefined ? replyTo(request, faults) : replyOf(instead.status, instead.body, instead.headers);
    send(response, reply, request, faults, stuck);
  }

  const server = createServer((message, response) => {
    load.underWay += 1;
    load.most = Math.max(load.most, load.underWay);
    response.on('close', () => {
      load.underWay -= 1;
    });
    // A request that its client gave up while sending it needs no answer.
    serve(message, response).catch(() => response.destroy());
  });
  const url = await listen(server);
  return {
    url,
    tokenUrl: `${url}${TOKEN}`,
    requests,
    publish: catalogue.publish,
    listEmpty: catalogue.listEmpty,
    mostAtOnce: () => load.most,
    fault: script.add,
    onStuck: (listener) => {
      stuck = listener;
    },
    revokeTokens: () => desk?.revokeAll(),
    reorder: () => {
      seed += 1;
    },
    close: () => close(server),
  };
}

function heeded(query: QueryBody, faults: readonly Fault[]): QueryBody {
  return faults.reduce(
    (left, fault) => (fault.kind === 'ignore' ? withoutFilters(left, fault.fields, fault.ranges ?? false) : left),
    query,
  );
}

// A GET takes paging from its address, and no filter at all.
function pagingOnly(address: URLSearchParams): QueryBody {
  return { limit: Number(address.get('limit') ?? 1000), offset: Number(address.get('offset') ?? 0) };
}

function send(
  response: ServerResponse,
  reply: Reply,
  request: SeenRequest,
  faults: readonly Fault[],
  stuck: (request: SeenRequest) => void,
): void {
  const strikes = (kind: Fault['kind']) => faults.some((fault) => fault.kind === kind);
  const zipped = reply.body !== '' && /\bgzip\b/.test(String(request.headers['accept-encoding']));
  const body = zipped ? gzipSync(reply.body) : Buffer.from(reply.body);
  const headers = zipped ? { ...reply.headers, 'content-encoding': 'gzip' } : reply.headers;
  if (strikes('hang')) stuck(request);
  else if (strikes('drip')) sendDrip(response, reply.headers, () => stuck(request));
  else if (strikes('cut')) sendCut(response, headers, body);
  else response.writeHead(reply.status, headers).end(body);
}

async function receive(message: IncomingMessage, at: number): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const body = text.startsWith('{') ? JSON.parse(text) : null;
  return { method: message.method ?? '', path: message.url ?? '', body, headers: message.headers, at };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
