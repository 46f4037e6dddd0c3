import { UTCDateMini } from '@date-fns/utc/date/mini';
import { addDays, differenceInCalendarDays } from 'date-fns';

/** A date without time, `YYYY-MM-DD`. */
export type CalendarDate = string;

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether `text` is a real calendar date written `YYYY-MM-DD` (2025-02-30 is not). */
export function isCalendarDate(text: string): boolean {
  const match = SHAPE.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1900) return false;
  const date = new UTCDateMini(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day;
}

/** `date` moved by `days` calendar days. `date` must be a real calendar date. */
export function plusDays(date: CalendarDate, days: number): CalendarDate {
  return toCalendarDate(addDays(toUtc(date), days));
}

/** Whole calendar days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return differenceInCalendarDays(toUtc(to), toUtc(from));
}

/** Day of the week of `date`: 0 Sunday to 6 Saturday. */
export function dayOfWeek(date: CalendarDate): number {
  return toUtc(date).getDay();
}

// UTCDateMini keeps date-fns on calendar arithmetic: the machine's time zone and its clock changes never enter. UTCDate,
// which also formats, loads the tables of all languages as soon as it is imported.
function toUtc(date: CalendarDate): Date {
  return new UTCDateMini(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)));
}

function toCalendarDate(date: Date): CalendarDate {
  return date.toISOString().slice(0, 10);
}
