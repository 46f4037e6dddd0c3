import type { Clock } from '../../domain/clock.ts';
import { notData, refused, unauthorised } from './api-error.ts';
import type { Sender } from './sender.ts';

/** OAuth client credentials, from the environment only; they appear in no message, log or locator. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenUrl: string;
}

/** The token that requests carry, fetched when first needed and again when it runs out. */
export interface AccessToken {
  /** A token that is good now. */
  current(): Promise<string>;
  /** Says that the API refused `token`: the next `current` fetches another. */
  refuse(token: string): void;
}

interface Held {
  readonly token: string;
  readonly expiresAt: number;
}

const WHAT = "FINRA's token endpoint";
const TOKEN_BYTES = 64 * 1024;

// What a header takes as it stands; anything else would change the request, or be refused and quoted by what sends it.
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

// A token about to expire could do so on its way; one that lives shortly is still used for half its time.
const MARGIN_SECONDS = 60;

/** Client credentials exchanged for a bearer token; requests that need one at the same time share one exchange. */
export function createAccessToken(credentials: Credentials, sender: Sender, clock: Clock): AccessToken {
  let held: Held | null = null;
  let pending: Promise<Held> | null = null;
  return {
    async current() {
      if (held !== null && clock.now().getTime() < held.expiresAt) return held.token;
      pending ??= exchange(credentials, sender, clock).finally(() => {
        pending = null;
      });
      held = await pending;
      return held.token;
    },
    refuse(token) {
      if (held?.token === token) held = null;
    },
  };
}

async function exchange(credentials: Credentials, sender: Sender, clock: Clock): Promise<Held> {
  const { clientId, clientSecret, tokenUrl } = credentials;
  const answer = await sender(
    {
      method: 'POST',
      url: tokenUrl,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
      body: 'grant_type=client_credentials',
    },
    WHAT,
    TOKEN_BYTES,
  );
  // Its answers are never quoted: an error page may repeat what was sent.
  if ([400, 401, 403].includes(answer.status)) throw unauthorised(answer.status, WHAT, true);
  if (answer.status !== 200) throw refused(answer.status, WHAT, '');
  const { token, seconds } = readToken(answer.body);
  if (token === null) throw notData(WHAT, 'no access_token in it');
  if (!VISIBLE_ASCII.test(token)) throw notData(WHAT, 'its access_token holds more than visible ASCII characters');
  const usable = seconds - Math.min(MARGIN_SECONDS, seconds / 2);
  return { token, expiresAt: clock.now().getTime() + usable * 1000 };
}

function readToken(body: Uint8Array): { token: string | null; seconds: number } {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    const { access_token: token, expires_in: seconds } = value as { access_token?: unknown; expires_in?: unknown };
    return { token: typeof token === 'string' ? token : null, seconds: Number(seconds) || DEFAULT_SECONDS };
  } catch {
    return { token: null, seconds: 0 };
  }
}

// FINRA's tokens live half an hour.
const DEFAULT_SECONDS = 1800;
