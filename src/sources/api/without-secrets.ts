import type { HttpRequest } from './http.ts';

/**
 * `text` without the credentials that `request` carries: what goes wrong inside an HTTP client may quote the header it
 * was given, and messages are kept with the run.
 */
export function withoutSecrets(text: string, request: HttpRequest): string {
  const { authorization = '' } = request.headers;
  const [, scheme = '', credentials = ''] = /^(\S+)\s+(.*)$/s.exec(authorization) ?? [];
  const pair = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString('utf8') : '';
  const [id = '', ...rest] = pair.split(':');
  const secrets = [credentials, pair, rest.join(':'), id];
  return secrets.filter((secret) => secret !== '').reduce((left, secret) => left.replaceAll(secret, '***'), text);
}
