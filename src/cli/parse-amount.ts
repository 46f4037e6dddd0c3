import { badValue } from './parse-value.ts';

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_MS = 7 * MILLISECONDS.d;
const DURATION_ADVICE = 'give a duration with its unit (ms, s, m, h, d)';

/** A duration of at most a week in milliseconds: `0`, `500ms`, `30s`, `5m`, `2h`, `1d`. */
export function parseDuration(text: string): number {
  const duration = readDuration(text);
  if (duration === null) throw badValue('must be a duration from 0 to 7d', DURATION_ADVICE);
  return duration;
}

/** A duration as `parseDuration` reads it, but for zero: what has no time cannot be done. */
export function parseTimeLimit(text: string): number {
  const duration = readDuration(text);
  if (!duration) throw badValue('must be a duration from 1ms to 7d', DURATION_ADVICE);
  return duration;
}

const MOST_DELAYS = 20;

/** A list of durations in milliseconds, in order. */
export function parseDurations(text: string): readonly number[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.length > MOST_DELAYS) throw badValue(`names more than ${MOST_DELAYS} durations`, 'give fewer durations');
  return items.map((item) => {
    const duration = readDuration(item);
    if (duration === null) throw badValue('must be durations from 0 to 7d, separated by commas', DURATION_ADVICE);
    return duration;
  });
}

function readDuration(text: string): number | null {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(/^0+$/.test(text) ? '0ms' : text);
  if (match === null) return null;
  const duration = Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS];
  return duration <= LONGEST_MS ? duration : null;
}

const BYTES = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 } as const;
const LARGEST_BYTES = 1024 * BYTES.GB;

/** A size of 1 byte to 1024GB in bytes: `500KB`, `256MB`, `1GB` (units of 1024, in any case), or plain bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+)(B|KB|MB|GB)?$/.exec(text.toUpperCase());
  const size = match === null ? 0 : Number(match[1]) * BYTES[(match[2] ?? 'B') as keyof typeof BYTES];
  if (size < 1 || size > LARGEST_BYTES) {
    throw badValue('must be a size from 1 byte to 1024GB', 'give bytes, or a number with KB, MB or GB,');
  }
  return size;
}
