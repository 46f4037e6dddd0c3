import { TZDate } from '@date-fns/tz';
import type { CalendarDate } from './calendar-date.ts';

/** Where the program gets the time from; handed in, so that tests own it. */
export interface Clock {
  now(): Date;
}

/** An instant as the database writes it: `YYYY-MM-DD HH:MM:SS.mmm`, UTC. */
export type DbInstant = string;

const BUSINESS_TIME_ZONE = 'America/New_York';

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
  const local = new TZDate(instant.getTime(), BUSINESS_TIME_ZONE);
  const month = String(local.getMonth() + 1).padStart(2, '0');
  return `${local.getFullYear()}-${month}-${String(local.getDate()).padStart(2, '0')}`;
}
