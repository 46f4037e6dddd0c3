import { describe, expect, it } from 'vitest';
import { apiLocator, parseApiLocator } from '../../../src/sources/api/locator.ts';
import { proxyFor } from '../../../src/sources/api/proxy.ts';

describe('a locator', () => {
  it('names a partition as the API does, and is read back', () => {
    const partition = { dataset: 'weeklySummaryHistoric', weekStart: '2024-06-03', tierIdentifier: 'OTCE' } as const;
    expect(apiLocator(partition)).toBe('finra-api:weeklySummaryHistoric:2024-06-03:OTCE');
    expect(parseApiLocator(apiLocator(partition))).toEqual(partition);
  });

  it.each([
    'data/week.csv',
    'finra-api:partitions',
    'finra-api:monthlySummary:2024-06-03:T1',
    'finra-api:weeklySummary:2024-06-31:T1',
    'finra-api:weeklySummary:2024-06-03:',
    'finra-api:weeklySummary:2024-06-03:T1:x',
  ])('is not %s', (text) => {
    expect(() => parseApiLocator(text)).toThrow('not a locator');
  });
});

describe('the proxy', () => {
  const API = 'https://api.finra.org';
  it.each([
    ['none when none is set', API, {}, undefined],
    ['HTTPS_PROXY', API, { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
    ['the lower-case name first', API, { HTTPS_PROXY: 'http://a', https_proxy: 'http://b' }, 'http://b'],
    ['the other name when one is empty', API, { HTTPS_PROXY: 'http://a', https_proxy: '' }, 'http://a'],
    ['http when no scheme is said', API, { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128'],
    [
      'HTTP_PROXY for an http address',
      'http://127.0.0.1:8080',
      { HTTP_PROXY: 'http://a', HTTPS_PROXY: 'http://b' },
      'http://a',
    ],
    ['none for a host in NO_PROXY', API, { HTTPS_PROXY: 'http://a', NO_PROXY: 'localhost, api.finra.org' }, undefined],
    ['none for a host under a domain in NO_PROXY', API, { HTTPS_PROXY: 'http://a', no_proxy: '.finra.org' }, undefined],
    ['none for any host when NO_PROXY is *', API, { HTTPS_PROXY: 'http://a', NO_PROXY: '*' }, undefined],
    [
      'none for a host and port in NO_PROXY',
      API,
      { HTTPS_PROXY: 'http://a', NO_PROXY: 'API.finra.org:443' },
      undefined,
    ],
    ['itself for another port', API, { HTTPS_PROXY: 'http://a', NO_PROXY: 'api.finra.org:8443' }, 'http://a'],
    ['itself for a host that only ends alike', API, { HTTPS_PROXY: 'http://a', NO_PROXY: 'inra.org,' }, 'http://a'],
  ])('is %s', (_name, url, env, proxy) => {
    expect(proxyFor(url, env)).toBe(proxy);
  });
});
