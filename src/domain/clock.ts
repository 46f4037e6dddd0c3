import { TZDate } from '@date-fns/tz';
import type { CalendarDate } from './calendar-date.ts';

/** Where the program gets the time from; handed in, so that tests own it. */
export interface Clock {
  now(): Date;
}

/** An instant as the database writes it: `YYYY-MM-DD HH:MM:SS.mmm`, UTC. */
export type DbInstant = string;

const BUSINESS_TIME_ZONE = 'America/New_York';

const DAY_MS = 24 * 60 * 60_000;

/** `instant` as the database writes it, which SQLite's `datetime()` compares with (DESIGN section 6). */
export function toDbInstant(instant: Date): DbInstant {
  return instant.toISOString().replace('T', ' ').replace('Z', '');
}

/** A database instant as JSON writes it: ISO 8601 with `T` and `Z`. */
export function toJsonInstant(instant: DbInstant): string {
  return `${instant.replace(' ', 'T')}Z`;
}

/** The instant a database text stands for. */
export function fromDbInstant(instant: DbInstant): Date {
  return new Date(toJsonInstant(instant));
}

/** The business date of `instant`: its calendar date in New York, whatever the machine's time zone. */
export function businessDate(instant: Date): CalendarDate {
  const hour = instant.getUTCHours();
  // New York is four or five hours behind UTC. Only between the two is the time zone's table asked, for loading it takes
  // longer than a run that finds nothing to do.
  if (hour >= 5) return dateOf(instant);
  if (hour < 4) return dateOf(new Date(instant.getTime() - DAY_MS));
  const local = new TZDate(instant.getTime(), BUSINESS_TIME_ZONE);
  return dateOf(new Date(Date.UTC(local.getFullYear(), local.getMonth(), local.getDate())));
}

function dateOf(instant: Date): CalendarDate {
  return instant.toISOString().slice(0, 10);
}
