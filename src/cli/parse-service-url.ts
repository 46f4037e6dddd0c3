import { API_DEFAULTS } from '../sources/api/limits.ts';
import { httpUrl } from './parse-url.ts';
import { badValue } from './parse-value.ts';

/** The word for FINRA's own token endpoint, whose address is too long for the help. */
export const FINRA_WORD = 'finra';

const ADVICE = 'give an address';

/**
 * The address of an HTTP service, without a slash at its end. It may hold no name and password and no query, where
 * secrets hide: addresses are kept with the run and shown.
 */
export function parseServiceUrl(text: string): string {
  const url = httpUrl(text, ADVICE);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw badValue('must be an address without a user, a query or a fragment', ADVICE);
  return url.href.replace(/\/+$/, '');
}

/** The address of a token endpoint; the word for FINRA's stands for its own. */
export function parseTokenUrl(text: string): string {
  return text === FINRA_WORD ? API_DEFAULTS.tokenUrl : parseServiceUrl(text);
}
