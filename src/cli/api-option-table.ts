import { API_DEFAULTS, MAX_REQUESTS_PER_SECOND } from '../sources/api/limits.ts';
import { toggle, value } from './option-spec.ts';
import { parseTimeLimit } from './parse-amount.ts';
import { wholeNumber } from './parse-number.ts';
import { FINRA_WORD, parseServiceUrl, parseTokenUrl } from './parse-service-url.ts';
import { parseSummaryTypes } from './parse-summary-types.ts';

// Each holds a partition's rows in memory.
const MOST_AT_ONCE = 16;

/** The options of `--source api`, in the order of the help. */
export const API_OPTIONS = {
  summaryTypes: value({
    group: 'API source',
    value: '<list>',
    parse: parseSummaryTypes,
    default: 'ats',
    example: 'ats,non-ats',
    description: 'the rows that are fetched: ats, non-ats or both',
  }),
  apiBaseUrl: value({
    group: 'API source',
    value: '<url>',
    parse: parseServiceUrl,
    default: API_DEFAULTS.baseUrl,
    description: "FINRA's query API",
  }),
  apiTokenUrl: value({
    group: 'API source',
    value: '<url>',
    parse: parseTokenUrl,
    default: FINRA_WORD,
    example: API_DEFAULTS.tokenUrl,
    description: 'where credentials, if any, become a token',
  }),
  requestsPerSecond: value({
    group: 'API source',
    value: '<n>',
    parse: wholeNumber(1, MAX_REQUESTS_PER_SECOND),
    default: String(API_DEFAULTS.requestsPerSecond),
    description: `requests a second, at most ${MAX_REQUESTS_PER_SECOND}`,
  }),
  concurrency: value({
    group: 'API source',
    value: '<n>',
    parse: wholeNumber(1, MOST_AT_ONCE),
    default: String(API_DEFAULTS.concurrency),
    description: `partitions fetched at once, at most ${MOST_AT_ONCE}`,
  }),
  requestTimeout: value({
    group: 'API source',
    value: '<duration>',
    parse: parseTimeLimit,
    default: `${API_DEFAULTS.timeoutMs / 1000}s`,
    description: 'how long one request may take, its whole answer included',
  }),
  requestTries: value({
    group: 'API source',
    value: '<n>',
    parse: wholeNumber(1, 20),
    default: String(API_DEFAULTS.maxTries),
    description: 'tries before a request is given up',
  }),
  reconcile: toggle({
    group: 'API source',
    description: "compare what was fetched with FINRA's own totals per symbol",
  }),
};
