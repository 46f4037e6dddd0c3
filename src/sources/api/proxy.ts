/** The environment's word on proxies. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that requests to `url` go through, from `HTTPS_PROXY` (`HTTP_PROXY` for an `http:` address) and `NO_PROXY`,
 * lower-case names first, as other tools read them; undefined for none.
 */
export function proxyFor(url: string, env: ProxyEnvironment): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const read = (name: string): string => (env[name.toLowerCase()] || env[name] || '').trim();
  const proxy = read(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === '') return undefined;
  const here = { hostname, port: port || (protocol === 'https:' ? '443' : '80') };
  if (
    read('NO_PROXY')
      .split(/[\s,]+/)
      .some((entry) => isExempt(entry.toLowerCase(), here))
  )
    return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isExempt(entry: string, here: { readonly hostname: string; readonly port: string }): boolean {
  if (entry === '*') return true;
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const domain = name.replace(/^\*?\./, '');
  if (domain === '' || (port !== undefined && port !== here.port)) return false;
  return here.hostname === domain || here.hostname.endsWith(`.${domain}`);
}
