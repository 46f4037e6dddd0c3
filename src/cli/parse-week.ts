import { isCalendarDate } from '../domain/calendar-date.ts';
import { type WeekEnding, weekEndingOf } from '../domain/week.ts';
import type { MovedDate } from '../sources/source.ts';
import { badValue, type ParseContext } from './parse-value.ts';

/** One week, as a date names it. */
export interface NamedWeek {
  readonly weekEnding: WeekEnding;
  /** The date where it is not the week's Friday itself. */
  readonly movedDate: MovedDate | null;
}

/** The week that a date stands for, by the rule of DESIGN section 1; not later than the run date. */
export function parseWeek(text: string, { runDate }: ParseContext): NamedWeek {
  if (!isCalendarDate(text)) throw badValue('must be a date written YYYY-MM-DD', 'give a date');
  if (text > runDate) throw badValue(`must not be later than the run date ${runDate}`, 'give a past date');
  const weekEnding = weekEndingOf(text);
  return { weekEnding, movedDate: weekEnding === text ? null : { given: text, weekEnding } };
}
