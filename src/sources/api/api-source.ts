import { createGunzip } from 'node:zlib';
import type { CalendarDate } from '../../domain/calendar-date.ts';
import type { Clock } from '../../domain/clock.ts';
import type { LiveSource } from '../source.ts';
import { type Credentials, createAccessToken } from './access-token.ts';
import { createApiClient } from './api-client.ts';
import { type ControlTotal, fetchControlTotals } from './control-totals.ts';
import { createDocumentShelf } from './document-shelf.ts';
import { fetchDocument } from './fetch-document.ts';
import type { HttpTransport } from './http.ts';
import { parseApiLocator } from './locator.ts';
import { createPacer } from './pacer.ts';
import { createSender } from './sender.ts';
import type { Sleep } from './sleep.ts';
import { type SummaryType, summaryTypesText } from './summary-type.ts';
import { surveyApi } from './survey.ts';

export interface ApiSourceOptions {
  readonly baseUrl: string;
  readonly summaryTypes: readonly SummaryType[];
  readonly runDate: CalendarDate;
  /** Names the program and its version to FINRA. */
  readonly userAgent: string;
  readonly credentials?: Credentials;
  readonly requestsPerSecond: number;
  /** For one whole request. */
  readonly timeoutMs: number;
  readonly maxTries: number;
  /** Partitions fetched at once. */
  readonly concurrency: number;
  readonly pageLimit: number;
  /** Bytes that one partition may take, decompressed. */
  readonly maxBytes: number;
  /** Bytes that one answer may take, decompressed. */
  readonly maxAnswerBytes: number;
  /** Bytes of fetched partitions, compressed, kept in memory for a second reading. */
  readonly keepBytes: number;
}

export interface ApiSourceDeps {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** In [0, 1). */
  readonly random: () => number;
  readonly transport: HttpTransport;
  /** Aborted when the run is interrupted; `survey`, `open` and `controlTotals` then throw its reason. */
  readonly signal: AbortSignal;
}

/** FINRA's query API. */
export interface ApiSource extends LiveSource {
  readonly name: 'api';
  prefetch(locators: readonly string[]): void;
  close(): void;
  /** FINRA's own per-symbol totals of a partition, for comparison. */
  controlTotals(locator: string): Promise<readonly ControlTotal[]>;
}

/**
 * FINRA's query API as a source. A partition's bytes are the canonical document of its rows, so that the same data
 * always has the same hash; it is fetched once however often it is opened, as far as `keepBytes` reaches.
 */
export function apiSource(options: ApiSourceOptions, deps: ApiSourceDeps): ApiSource {
  const { clock, sleep, random, transport } = deps;
  const { credentials, summaryTypes } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([deps.signal, closing.signal]);
  const sender = createSender({
    transport,
    sleep,
    clock,
    random,
    signal,
    pacer: createPacer(options.requestsPerSecond),
    timeoutMs: options.timeoutMs,
    maxTries: options.maxTries,
    userAgent: options.userAgent,
  });
  const token = credentials === undefined ? null : createAccessToken(credentials, sender, clock);
  const client = createApiClient(options.baseUrl, sender, token);
  const { pageLimit, maxBytes, maxAnswerBytes } = options;
  const fetchDeps = { client, pageLimit, maxBytes, maxAnswerBytes };
  const surveyDeps = { client, runDate: options.runDate, summaryTypes: summaryTypesText(summaryTypes) };
  const shelf = createDocumentShelf({
    fetch: (locator) => fetchDocument(fetchDeps, parseApiLocator(locator), summaryTypes),
    concurrency: options.concurrency,
    keepBytes: options.keepBytes,
  });
  return {
    name: 'api',
    mayBeEmpty: true,
    survey: (partitions) => surveyApi(surveyDeps, partitions),
    async *open(locator) {
      yield* createGunzip().end(await shelf.take(locator));
    },
    prefetch: (locators) => shelf.prefetch(locators),
    close: () => closing.abort(new Error('the API source is closed')),
    controlTotals: (locator) => fetchControlTotals(fetchDeps, parseApiLocator(locator), summaryTypes),
  };
}
