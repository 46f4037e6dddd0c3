/** A stream of pseudo-random numbers that one seed fixes. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** One of `items`. Throws when there is none. */
  pick<T>(items: readonly T[]): T;
  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean;
}

// Only integer operations and exact divisions, here and in all of the generator: Math.log, exp and pow may differ
// between engines in the last digit, and the files must not.

/** The stream of `seed` (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return fraction(mixed ^ (mixed >>> 14));
  };
  return {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (items) => elementAt(items, next()),
    chance: (probability) => next() < probability,
  };
}

/** A 32-bit hash of `text`: FNV-1a, finished with `mix`. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mix(hash);
}

/** `value` with its 32 bits well spread (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** A 32-bit hash as a number in [0, 1). */
export function fraction(hash: number): number {
  return (hash >>> 0) / 4294967296;
}

function elementAt<T>(items: readonly T[], position: number): T {
  if (items.length === 0) throw new Error('nothing to pick from');
  return items[Math.floor(position * items.length)] as T;
}
