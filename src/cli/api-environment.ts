import { FatalError } from '../domain/errors.ts';
import type { Credentials } from '../sources/api/access-token.ts';
import { isLoopback } from '../sources/api/host-list.ts';
import { proxyFor } from '../sources/api/proxy.ts';
import type { Environment } from './read-options.ts';
import type { ApiOptions } from './run-options.ts';

const ID = 'FINRA_API_CLIENT_ID';
const SECRET = 'FINRA_API_CLIENT_SECRET';

/**
 * The client credentials of the environment; undefined when there are none, which this data needs not. They come from
 * nowhere else, so that no option, log or database can hold them. Throws FatalError `bad_option`.
 */
export function apiCredentials(env: Environment, { baseUrl, tokenUrl }: ApiOptions): Credentials | undefined {
  const [clientId, clientSecret] = [ID, SECRET].map((name) => env[name]?.trim() ?? '');
  if (!clientId && !clientSecret) return undefined;
  if (!clientId || !clientSecret) {
    const [given, missing] = clientId ? [ID, SECRET] : [SECRET, ID];
    throw badEnvironment(`${given} is set and ${missing} is not`, 'set both; or neither, as this data needs none');
  }
  for (const url of [baseUrl, tokenUrl]) {
    if (isPrivate(url)) continue;
    throw badEnvironment(`${url} would get the credentials unencrypted`, 'give an https:// address, or unset them');
  }
  return { clientId, clientSecret, tokenUrl };
}

function isPrivate(url: string): boolean {
  return new URL(url).protocol === 'https:' || isLoopback(url);
}

/** Checks the proxies that the environment has for `urls`. Throws FatalError `bad_option`, without a proxy's password. */
export function checkProxies(env: Environment, urls: readonly string[]): void {
  for (const url of urls) {
    const proxy = proxyFor(url, env);
    if (proxy === undefined || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))) continue;
    const { protocol } = new URL(url);
    throw badEnvironment(
      `${protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'} does not hold the address of an HTTP proxy`,
      'write it as http://host:port; NO_PROXY names what needs none',
    );
  }
}

function badEnvironment(message: string, hint: string): FatalError {
  return new FatalError({ code: 'bad_option', message, hint });
}
