import { hostOf, isListed, isLoopback } from './host-list.ts';

/** The environment's word on proxies. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that requests to `url` go through, from `HTTPS_PROXY` (`HTTP_PROXY` for an `http:` address) and `NO_PROXY`,
 * lower-case names first, as other tools read them; undefined for none. This machine is never asked through one: what
 * is sent to it unencrypted, credentials too, would leave it.
 */
export function proxyFor(url: string, env: ProxyEnvironment): string | undefined {
  const read = (name: string): string => (env[name.toLowerCase()] || env[name] || '').trim();
  const proxy = read(new URL(url).protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === '' || isLoopback(url)) return undefined;
  const host = hostOf(url);
  const exempt = read('NO_PROXY').split(/[\s,]+/);
  if (exempt.some((entry) => isListed(entry, host))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}
