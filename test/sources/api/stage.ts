import { expect, onTestFinished } from 'vitest';
import type { Partition } from '../../../src/domain/partition.ts';
import { type ApiSource, type ApiSourceOptions, apiSource } from '../../../src/sources/api/api-source.ts';
import type { HttpTransport } from '../../../src/sources/api/http.ts';
import { API_DEFAULTS } from '../../../src/sources/api/limits.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../stand-in/finra-stand-in.ts';
import { loopbackTransport } from '../../stand-in/loopback-transport.ts';
import { seededNumbers } from '../../stand-in/seeded-order.ts';
import { type VirtualTime, virtualTime } from '../../stand-in/virtual-time.ts';

/** A source that talks to a stand-in, and the time both live in. */
export interface Stage {
  readonly standIn: StandIn;
  readonly source: ApiSource;
  readonly time: VirtualTime;
  readonly interruption: AbortController;
  /** The text of a partition's document. */
  read(locator?: string): Promise<string>;
  /** Paths of the requests so far, without the common part. */
  asked(): string[];
}

export const T1_LOCATOR = 'finra-api:weeklySummary:2025-12-15:T1';

export const T1: Partition = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' };

const LIMIT = 'x-time-limit';

/** Sets up a stage that is taken down, and checked for requests that left loopback, when the test ends. */
export async function stage(
  standInOptions: StandInOptions = {},
  sourceOptions: Partial<ApiSourceOptions> | ((standIn: StandIn) => Partial<ApiSourceOptions>) = {},
): Promise<Stage> {
  const time = virtualTime(API_DEFAULTS.timeoutMs);
  const standIn = await startStandIn({ now: () => time.clock.now().getTime(), ...standInOptions });
  const transport = loopbackTransport();
  // A request carries the number of its own time limit, so that a stuck one lets no other run out.
  const send: HttpTransport = (request, signal) =>
    transport.send({ ...request, headers: { ...request.headers, [LIMIT]: String(time.latestLimit()) } }, signal);
  standIn.onStuck((request) => time.expire(Number(request.headers[LIMIT])));
  const interruption = new AbortController();
  onTestFinished(async () => {
    await transport.close();
    await standIn.close();
    expect(transport.strays).toEqual([]);
  });
  const source = apiSource(
    {
      ...API_DEFAULTS,
      baseUrl: standIn.url,
      summaryTypes: ['ats'],
      runDate: '2026-01-12',
      userAgent: 'run-finra-weekly-schedule/0.0.0-test',
      ...(typeof sourceOptions === 'function' ? sourceOptions(standIn) : sourceOptions),
    },
    {
      clock: time.clock,
      sleep: time.sleep,
      random: seededNumbers(7),
      transport: send,
      signal: interruption.signal,
    },
  );
  return {
    standIn,
    source,
    time,
    interruption,
    read: (locator = T1_LOCATOR) => textOf(source, locator),
    asked: () =>
      standIn.requests.map((request) => `${request.method} ${request.path.replace(/\/group\/otcMarket\/name/, '')}`),
  };
}

async function textOf(source: ApiSource, locator: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.open(locator)) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
