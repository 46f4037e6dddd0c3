/**
 * Says when the next request may go out; shared by all requests of a source. Instants are milliseconds since the epoch.
 */
export interface Pacer {
  /** Takes the next free token; returns the milliseconds until it is good. */
  reserve(now: number): number;
  /** The server asked for quiet until `instant`: no token is good before, reserved ones neither. */
  holdUntil(instant: number): void;
  /** Whether that quiet still lasts. */
  isHeld(now: number): boolean;
}

/**
 * A token bucket that holds one token, refilled `perSecond` times a second. A bigger bucket would let a burst through
 * on top of the rate, and FINRA counts every second by itself.
 */
export function createPacer(perSecond: number): Pacer {
  const interval = 1000 / perSecond;
  let next = 0;
  let heldUntil = 0;
  return {
    reserve(now) {
      const at = Math.max(now, next, heldUntil);
      next = at + interval;
      return at - now;
    },
    holdUntil(instant) {
      heldUntil = Math.max(heldUntil, instant);
    },
    isHeld: (now) => now < heldUntil,
  };
}
