import { badValue } from './parse-value.ts';

const PORT_GIVEN = /^[^/]*\/\/[^/?#]*:(\d+)(?=[/?#]|$)/;

/** An address that can be called: `http://` or `https://`, without a fragment. */
export function parseUrl(text: string): string {
  const url = httpUrl(text, 'give one');
  if (url.hash !== '') throw badValue('must be an address without a fragment', 'give one');
  return url.href;
}

/** The parts of an `http://` or `https://` address. Throws what is wrong with it otherwise, and `advice`. */
export function httpUrl(text: string, advice: string): URL {
  if (!/^https?:\/\//i.test(text)) throw badValue('must be an address that begins with https:// or http://', advice);
  if (URL.canParse(text)) return new URL(text);
  const port = Number(PORT_GIVEN.exec(text)?.[1] ?? 0);
  throw badValue(
    `must be an address with a ${port > 65_535 ? 'port of at most 65535' : 'host, and no blanks in it'}`,
    advice,
  );
}
