import { describe, expect, it } from 'vitest';
import { apiCredentials, checkProxies } from '../../src/cli/api-environment.ts';
import { optionsOf } from './parse-command-line.ts';

const ID = { FINRA_API_CLIENT_ID: 'client-4711' };
const SECRET = { FINRA_API_CLIENT_SECRET: 's3cr3t' };
const BOTH = { ...ID, ...SECRET };

const { api } = optionsOf([]);
const at = (baseUrl: string, tokenUrl = api.tokenUrl) => ({ ...api, baseUrl, tokenUrl });

describe('the client credentials of an environment', () => {
  it.each([
    ['none', {}],
    ['empty ones, as a template leaves them', { FINRA_API_CLIENT_ID: '', FINRA_API_CLIENT_SECRET: ' ' }],
  ])('are left out: %s', (_, env) => {
    expect(apiCredentials(env, api)).toBeUndefined();
  });

  it.each([
    ['an encrypted address', api],
    ['this machine', at('http://127.0.0.1:8080', 'http://localhost/token')],
    ['this machine by its newer address', at('http://[::1]:8080')],
  ])('are for %s', (_, options) => {
    expect(apiCredentials(BOTH, options)).toEqual({
      clientId: 'client-4711',
      clientSecret: 's3cr3t',
      tokenUrl: options.tokenUrl,
    });
  });

  it.each([
    [ID, api, 'FINRA_API_CLIENT_ID is set and FINRA_API_CLIENT_SECRET is not'],
    [SECRET, api, 'FINRA_API_CLIENT_SECRET is set and FINRA_API_CLIENT_ID is not'],
    [BOTH, at('http://finra.example'), 'http://finra.example would get the credentials unencrypted'],
    [
      BOTH,
      at(api.baseUrl, 'http://sso.example/token'),
      'http://sso.example/token would get the credentials unencrypted',
    ],
  ])('are a bad option: %j', (env, options, message) => {
    expect(() => apiCredentials(env, options)).toThrow(expect.objectContaining({ code: 'bad_option', message }));
  });
});

describe('the proxies of an environment', () => {
  const URLS = ['https://api.finra.org', 'http://finra.example:8080'];

  it.each([
    [{}],
    [{ HTTPS_PROXY: 'http://me:s3cr3t@proxy:3128' }],
    [{ https_proxy: 'proxy:3128', HTTPS_PROXY: 'socks5://proxy' }],
    [{ HTTPS_PROXY: 'socks5://proxy', NO_PROXY: 'finra.org' }],
  ])('are good: %j', (env) => {
    expect(() => checkProxies(env, URLS)).not.toThrow();
  });

  it.each([
    [{ HTTPS_PROXY: 'socks5://me:s3cr3t@proxy' }, 'HTTPS_PROXY'],
    [{ https_proxy: 'http://' }, 'HTTPS_PROXY'],
    [{ http_proxy: 'http://proxy:port' }, 'HTTP_PROXY'],
  ])('are a bad option: %j', (env, name) => {
    const message = `${name} does not hold the address of an HTTP proxy`;
    expect(() => checkProxies(env, URLS)).toThrow(expect.objectContaining({ code: 'bad_option', message }));
  });
});
