import { type CalendarDate, daysBetween, isCalendarDate } from '../domain/calendar-date.ts';
import { FatalError } from '../domain/errors.ts';
import { type WeekEnding, weekEndingOf, weeksWithin } from '../domain/week.ts';
import type { MovedDate } from '../sources/source.ts';

/** The weeks of a backfill. */
export interface WeekList {
  /** Unique, newest first. */
  readonly weeks: readonly WeekEnding[];
  /** Single dates that are not Fridays themselves, in the order given. */
  readonly movedDates: readonly MovedDate[];
}

/** Twenty years; longer lists are a slip of the pen more often than a wish. */
const MAX_WEEKS = 1040;

/**
 * The weeks of a list of dates and `from..to` ranges, as `--weeks` takes them (DESIGN section 1): a date stands for the
 * Friday on or before it, a range for the Fridays inside it, ends included. Throws FatalError `bad_option`.
 */
export function parseWeekList(text: string, runDate: CalendarDate): WeekList {
  const weeks = new Set<WeekEnding>();
  const moved = new Map<string, MovedDate>();
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') throw badList('holds an empty item');
    if (item.includes('..')) {
      for (const week of weeksOfRange(item, runDate)) weeks.add(week);
    } else {
      const weekEnding = weekEndingOf(readDate(item, runDate));
      weeks.add(weekEnding);
      if (weekEnding !== item) moved.set(item, { given: item, weekEnding });
    }
    if (weeks.size > MAX_WEEKS) throw tooManyWeeks();
  }
  return { weeks: [...weeks].sort().reverse(), movedDates: [...moved.values()] };
}

function weeksOfRange(item: string, runDate: CalendarDate): WeekEnding[] {
  const [from, to, ...rest] = item.split('..').map((end) => end.trim());
  if (!from || !to || rest.length > 0) throw badList(`${item} is not a range: it is written FROM..TO`);
  readDate(from, runDate);
  readDate(to, runDate);
  if (from > to) throw badList(`the range ${item} ends before it begins`);
  // Looked at before it is spelt out, so that a list of centuries costs nothing; one week more, for the ends.
  if (daysBetween(from, to) > (MAX_WEEKS + 1) * 7) throw tooManyWeeks();
  const weeks = weeksWithin(from, to);
  if (weeks.length === 0) throw badList(`the range ${item} holds no Friday`);
  return weeks;
}

function readDate(text: string, runDate: CalendarDate): CalendarDate {
  if (!isCalendarDate(text)) throw badList(`${text} is not a date written YYYY-MM-DD`);
  if (text > runDate) throw badList(`${text} is later than the run date ${runDate}`);
  return text;
}

function tooManyWeeks(): FatalError {
  return badList(`names more than ${MAX_WEEKS} weeks`, 'give fewer weeks in one run');
}

function badList(message: string, hint = 'give dates and ranges'): FatalError {
  return new FatalError({ code: 'bad_option', message, hint });
}
