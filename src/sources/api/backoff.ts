const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * Milliseconds before the next try, after `tries` of them: doubling from one second to thirty, jittered by half either
 * way.
 */
export function backoffMs(tries: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1)) * (0.5 + random);
}

/** Milliseconds that a Retry-After header asks for, as seconds or as an HTTP date; null when it says neither. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
