import { jsonReply, type Reply, replyOf } from './replies.ts';

export interface StandInCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly lifetimeSeconds: number;
}

/** Hands out bearer tokens for client credentials, and knows which are good. */
export interface TokenDesk {
  exchange(authorization: string): Reply;
  isGood(authorization: string): boolean;
  revokeAll(): void;
}

export function createTokenDesk(credentials: StandInCredentials, now: () => number): TokenDesk {
  const { clientId, clientSecret, lifetimeSeconds } = credentials;
  const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const goodUntil = new Map<string, number>();
  let issued = 0;
  return {
    exchange(authorization) {
      // A careless server repeats what it was sent.
      if (authorization !== expected) return replyOf(401, `invalid_client ${authorization}`);
      issued += 1;
      goodUntil.set(`Bearer token-${issued}`, now() + lifetimeSeconds * 1000);
      return jsonReply({ access_token: `token-${issued}`, expires_in: String(lifetimeSeconds), token_type: 'Bearer' });
    },
    isGood: (authorization) => (goodUntil.get(authorization) ?? 0) > now(),
    revokeAll: () => goodUntil.clear(),
  };
}
