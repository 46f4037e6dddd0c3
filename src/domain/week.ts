import { type CalendarDate, dayOfWeek, plusDays } from './calendar-date.ts';

/** The Friday a trading week ends on, `YYYY-MM-DD` (DESIGN section 1). */
export type WeekEnding = CalendarDate;

const FRIDAY = 5;

/** The most recent Friday on or before `date`: the one rule for lookback, `--weeks` and file names. */
export function weekEndingOf(date: CalendarDate): WeekEnding {
  return plusDays(date, -((dayOfWeek(date) - FRIDAY + 7) % 7));
}

/** FINRA's own key of the week, its Monday (`weekStartDate`). */
export function weekStartOf(weekEnding: WeekEnding): CalendarDate {
  return plusDays(weekEnding, -4);
}

/** The last `count` week endings on or before `runDate`, newest first. */
export function lookbackWeeks(runDate: CalendarDate, count: number): WeekEnding[] {
  const newest = weekEndingOf(runDate);
  return Array.from({ length: count }, (_, index) => plusDays(newest, -7 * index));
}

/** The Fridays from `from` to `to`, both included, newest first; empty when none lies between. */
export function weeksWithin(from: CalendarDate, to: CalendarDate): WeekEnding[] {
  const weeks: WeekEnding[] = [];
  for (let week = weekEndingOf(to); week >= from; week = plusDays(week, -7)) weeks.push(week);
  return weeks;
}
