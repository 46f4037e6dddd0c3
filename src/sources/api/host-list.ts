import { BlockList, isIP } from 'node:net';

/** A host that a request goes to: its name or bare address in lower case, and its port. */
export interface Host {
  readonly hostname: string;
  readonly port: string;
}

/** The host of an `http:` or `https:` address. */
export function hostOf(url: string): Host {
  const { protocol, hostname, port } = new URL(url);
  return { hostname: bare(hostname), port: port || (protocol === 'https:' ? '443' : '80') };
}

/** Whether `url` is of this machine, which no request to it leaves. */
export function isLoopback(url: string): boolean {
  const { hostname } = hostOf(url);
  return hostname === 'localhost' || LOOPBACK.some((network) => isWithin(network, hostname));
}

/**
 * Whether an entry of `NO_PROXY` stands for `host`: `*`, a name and all names under it, an address, or a network such
 * as `10.0.0.0/8`; names and IPv4 addresses may end in a port, as may IPv6 addresses in brackets.
 */
export function isListed(entry: string, host: Host): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isWithin(entry, host.hostname);
  const { hostname, port } = splitEntry(entry.toLowerCase());
  if (hostname === '' || (port !== undefined && port !== host.port)) return false;
  if (isIP(hostname) !== 0) return isWithin(`${hostname}/${isIP(hostname) === 4 ? 32 : 128}`, host.hostname);
  return host.hostname === hostname || host.hostname.endsWith(`.${hostname}`);
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

function splitEntry(entry: string): { readonly hostname: string; readonly port?: string } {
  if (isIP(entry) === 6) return { hostname: entry };
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return { hostname: bare(name).replace(/^\*?\./, ''), ...(port === undefined ? {} : { port }) };
}

function isWithin(network: string, hostname: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  if (family === 0 || isIP(hostname) !== family || !/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), type);
  return list.check(hostname, type);
}

// URLs write IPv6 addresses in brackets.
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
