import { type CalendarDate, isCalendarDate } from '../domain/calendar-date.ts';
import { badValue, type ParseContext } from './parse-value.ts';

/** The word for the business date of the start. */
export const TODAY_WORD = 'today';

/** The run date: `today`, or a date `YYYY-MM-DD` that is not later than today in New York. */
export function parseRunDate(text: string, context: ParseContext): CalendarDate {
  if (text === TODAY_WORD) return context.today;
  if (!isCalendarDate(text)) throw badValue('must be a date written YYYY-MM-DD', 'give a date');
  if (text > context.today) {
    throw badValue(`must not be later than today in New York, ${context.today}`, 'give a past date');
  }
  return text;
}
