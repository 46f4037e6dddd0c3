import { badValue } from './parse-value.ts';

/** An address that can be called: `http://` or `https://`, without a fragment. */
export function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hash !== '') {
    throw badValue('must be an http:// or https:// address', 'give one');
  }
  return url.href;
}
