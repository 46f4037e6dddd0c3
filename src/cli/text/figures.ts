// Intl would load the tables of all languages for the sake of a comma.
const BEFORE_THOUSANDS = /\B(?=(?:\d{3})+$)/g;

/** A whole number with thousands separators: `49,200`. */
export function figure(value: number): string {
  return String(value).replace(BEFORE_THOUSANDS, ',');
}

/** A count and its noun: `1 row`, `2,000 rows`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${figure(value)} ${value === 1 ? noun : plural}`;
}

/** A duration for people, at most seven characters below 100 hours: `0.42s`, `12.3s`, `4m05s`, `2h03m`. */
export function duration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)}s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m${twoDigits(whole % 60)}s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
}

/** An instant of the database or of JSON for people: `2026-01-12 11:05:00 UTC`. */
export function instantText(instant: string): string {
  return `${instant.slice(0, 19).replace('T', ' ')} UTC`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
