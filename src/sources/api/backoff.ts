const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * Milliseconds before the next try, after `tries` of them: doubling from one second to thirty, jittered by half either
 * way.
 */
export function backoffMs(tries: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1)) * (0.5 + random);
}

/** The longest wait that a Retry-After header is heard for: no run lasts so long. */
export const LONGEST_WISH_MS = 24 * 60 * 60 * 1000;

/** Milliseconds that a Retry-After header asks for, as seconds or as an HTTP date; null when it says neither. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  const asked = /^\d+$/.test(text) ? Number(text) * 1000 : date - now;
  return Number.isNaN(asked) ? null : Math.min(LONGEST_WISH_MS, Math.max(0, asked));
}
