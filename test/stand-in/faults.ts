import type { ServerResponse } from 'node:http';

/** A request as the stand-in received it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The JSON body of a POST; null when there is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Milliseconds since the epoch, by the stand-in's clock. */
  readonly at: number;
}

/** What the stand-in does in place of answering, or with its answer. */
export type Fault =
  /** Answers this instead of data. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Sends half of the answer, then drops the connection. */
  | { readonly kind: 'cut' }
  /** Sends the answer byte by byte, for ever. */
  | { readonly kind: 'drip' }
  /** Does something first: publishes other rows, changes the order, waits for another request. */
  | { readonly kind: 'before'; readonly run: () => void | Promise<void> }
  /** Leaves EQUAL filters on these fields out of account, and with `ranges` date ranges too. */
  | { readonly kind: 'ignore'; readonly fields: readonly string[]; readonly ranges?: boolean };

/** When a fault strikes. */
export interface FaultRule {
  readonly fault: Fault;
  readonly when?: (request: SeenRequest) => boolean;
  /** How many requests it strikes; 1 unless given. */
  readonly times?: number;
}

/** Faults that wait for their request. */
export interface FaultScript {
  add(rule: FaultRule): void;
  /** The faults that strike `request`, counted off. */
  strike(request: SeenRequest): readonly Fault[];
}

export function createFaultScript(): FaultScript {
  const rules: { rule: FaultRule; left: number }[] = [];
  return {
    add: (rule) => rules.push({ rule, left: rule.times ?? 1 }),
    strike(request) {
      const struck = rules.filter(({ rule, left }) => left > 0 && (rule.when?.(request) ?? true));
      for (const entry of struck) entry.left -= 1;
      return struck.map(({ rule }) => rule.fault);
    },
  };
}

/** Sends half of `body` under the length of all of it, then drops the connection. */
export function sendCut(response: ServerResponse, headers: Record<string, string>, body: Uint8Array): void {
  response.writeHead(200, { ...headers, 'content-length': String(body.byteLength) });
  response.write(body.subarray(0, Math.floor(body.byteLength / 2)), () => response.destroy());
}

/** Sends spaces, one at a time, until the client has had enough; `begun` is called after the first. */
export function sendDrip(response: ServerResponse, headers: Record<string, string>, begun: () => void): void {
  response.writeHead(200, headers);
  const drip = () => {
    if (response.destroyed) return;
    response.write(' ', () => setImmediate(drip));
  };
  response.write(' ', () => {
    begun();
    setImmediate(drip);
  });
}
