/** Where FINRA's API is, and limits that suit its own: 20 requests a second, 5,000 rows a page (FINRA page). */
export const API_DEFAULTS = {
  baseUrl: 'https://api.finra.org',
  tokenUrl: 'https://ews.fip.finra.org/fip/rest/ews/oauth2/access_token',
  requestsPerSecond: 10,
  timeoutMs: 30_000,
  maxTries: 5,
  concurrency: 4,
  pageLimit: 5000,
  maxBytes: 256 * 1024 * 1024,
  // A page of FINRA's has 3 MB at most; what is far beyond is something else, or meant to fill the memory.
  maxAnswerBytes: 32 * 1024 * 1024,
  keepBytes: 128 * 1024 * 1024,
} as const;

/** FINRA refuses the twentieth request of a second. */
export const MAX_REQUESTS_PER_SECOND = 19;
