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
  const [V4, V6] = ['http://10.1.2.3', 'http://[fd00::1]:8080'];
  type Case = [name: string, url: string, env: Record<string, string>, proxy: string | undefined];
  const cases: Case[] = [
    ['none when none is set', API, {}, undefined],
    ['HTTPS_PROXY', API, { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
    ['the lower-case name first', API, { HTTPS_PROXY: 'http://a', https_proxy: 'http://b' }, 'http://b'],
    ['the other name when one is empty', API, { HTTPS_PROXY: 'http://a', https_proxy: '' }, 'http://a'],
    ['http when no scheme is said', API, { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128'],
    [
      'HTTP_PROXY for an http address',
      'http://10.0.0.7:8080',
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
    ...['http://127.0.0.1:1', 'http://127.9.9.9', 'http://localhost', 'http://[::1]:1', 'https://LOCALHOST:1'].map(
      (url): Case => [`none for this machine, ${url}`, url, { HTTP_PROXY: 'a', HTTPS_PROXY: 'a' }, undefined],
    ),
    [
      'itself for a name that only begins like this machine',
      'http://localhost.a',
      { HTTP_PROXY: 'http://a' },
      'http://a',
    ],
    ...['fd00::1', 'FD00:0:0::1', '[fd00::1]', '[fd00::1]:8080', 'fd00::/8', '*'].map(
      (entry): Case => [
        `none for an IPv6 address in NO_PROXY, ${entry}`,
        V6,
        { HTTP_PROXY: 'a', NO_PROXY: entry },
        undefined,
      ],
    ),
    ...['fd00::2', '[fd00::1]:8081', 'fe80::/10', 'fd00::/129', '0.0.0.0/0', '1'].map(
      (entry): Case => [
        `itself for another IPv6 address, ${entry}`,
        V6,
        { HTTP_PROXY: 'http://a', NO_PROXY: entry },
        'http://a',
      ],
    ),
    ...['10.1.2.3', '10.1.2.3:80', '10.0.0.0/8', '10.1.2.3/32', '0.0.0.0/0'].map(
      (entry): Case => [
        `none for an IPv4 address in NO_PROXY, ${entry}`,
        V4,
        { HTTP_PROXY: 'a', NO_PROXY: entry },
        undefined,
      ],
    ),
    ...['10.1.2.4', '10.1.2.3:81', '11.0.0.0/8', '10.0.0.0/x', '10.0.0.0/', '10.0.0.0/33', '/8', '::/0'].map(
      (entry): Case => [
        `itself for another IPv4 address, ${entry}`,
        V4,
        { HTTP_PROXY: 'http://a', NO_PROXY: entry },
        'http://a',
      ],
    ),
    [
      'itself for a name, whatever networks are exempt',
      API,
      { HTTPS_PROXY: 'http://a', NO_PROXY: '0.0.0.0/0' },
      'http://a',
    ],
    ['itself for another port', API, { HTTPS_PROXY: 'http://a', NO_PROXY: 'api.finra.org:8443' }, 'http://a'],
    ['itself for a host that only ends alike', API, { HTTPS_PROXY: 'http://a', NO_PROXY: 'inra.org,' }, 'http://a'],
  ];
  it.each(cases)('is %s', (_name, url, env, proxy) => {
    expect(proxyFor(url, env)).toBe(proxy);
  });
});
