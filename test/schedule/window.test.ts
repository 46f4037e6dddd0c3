import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type CalendarDate, dayOfWeek, daysBetween, plusDays } from '../../src/domain/calendar-date.ts';
import { businessDate } from '../../src/domain/clock.ts';
import { FatalError } from '../../src/domain/errors.ts';
import { lookbackWeeks, weekEndingOf } from '../../src/domain/week.ts';
import { parseWeekList } from '../../src/schedule/window.ts';

const RUN_DATE = '2026-01-12';
const FRIDAY = 5;

/** Dates from 2000-01-01 up to the run date. */
const pastDate = fc
  .integer({ min: 0, max: daysBetween('2000-01-01', RUN_DATE) })
  .map((days) => plusDays('2000-01-01', days));

describe('a week list', () => {
  it.each([
    ['2025-12-22', ['2025-12-19']],
    ['2025-12-15,2025-12-22,2025-12-29', ['2025-12-26', '2025-12-19', '2025-12-12']],
    ['2025-12-12,2025-12-26,2025-12-19', ['2025-12-26', '2025-12-19', '2025-12-12']],
    ['2025-12-20,2025-12-22,2025-12-19..2025-12-25', ['2025-12-19']],
    ['2025-11-01', ['2025-10-31']],
    ['2026-01-01', ['2025-12-26']],
    ['2024-02-29', ['2024-02-23']],
    ['2025-12-12..2025-12-26', ['2025-12-26', '2025-12-19', '2025-12-12']],
    ['2025-12-13..2025-12-25', ['2025-12-19']],
    ['2025-12-19..2025-12-19', ['2025-12-19']],
    [' 2025-12-05 , 2025-12-19 .. 2025-12-26 ', ['2025-12-26', '2025-12-19', '2025-12-05']],
    ['2026-01-12', ['2026-01-09']],
    ['2026-01-09..2026-01-12', ['2026-01-09']],
  ])('%s is %j', (text, weeks) => {
    expect(parseWeekList(text, RUN_DATE).weeks).toEqual(weeks);
  });

  it('says once which single dates stood for another day, and nothing of the ends of ranges', () => {
    expect(
      parseWeekList('2025-12-22,2025-12-19,2025-12-20,2025-12-22,2025-12-01..2025-12-10', RUN_DATE).movedDates,
    ).toEqual([
      { given: '2025-12-22', weekEnding: '2025-12-19' },
      { given: '2025-12-20', weekEnding: '2025-12-19' },
    ]);
  });

  it.each([
    ['', 'holds an empty item'],
    [',', 'holds an empty item'],
    ['2025-12-19,', 'holds an empty item'],
    ['2025-12-19,,2025-12-12', 'holds an empty item'],
    ['2025-02-29', '2025-02-29 is not a date written YYYY-MM-DD'],
    ['20251219', '20251219 is not a date written YYYY-MM-DD'],
    ['2025-12-19 2025-12-12', '2025-12-19 2025-12-12 is not a date written YYYY-MM-DD'],
    ['2025-12-19..', '2025-12-19.. is not a range: it is written FROM..TO'],
    ['..2025-12-19', '..2025-12-19 is not a range: it is written FROM..TO'],
    ['2025-12-05..2025-12-12..2025-12-19', '2025-12-05..2025-12-12..2025-12-19 is not a range: it is written FROM..TO'],
    ['2025-12-05...2025-12-19', '.2025-12-19 is not a date written YYYY-MM-DD'],
    ['2025-12-26..2025-12-12', 'the range 2025-12-26..2025-12-12 ends before it begins'],
    ['2025-12-20..2025-12-25', 'the range 2025-12-20..2025-12-25 holds no Friday'],
    ['2026-01-13', '2026-01-13 is later than the run date 2026-01-12'],
    ['2025-12-19..2026-01-13', '2026-01-13 is later than the run date 2026-01-12'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseWeekList(text, RUN_DATE)).toThrow(
      new FatalError({ code: 'bad_option', message, hint: 'give dates and ranges' }),
    );
  });

  it('holds at most 1,040 weeks, in one range or in several', () => {
    const newest = '2026-01-09';
    const oldest = plusDays(newest, -7 * 1039);
    const tooMany = 'names more than 1040 weeks';
    expect(parseWeekList(`${plusDays(oldest, -6)}..${RUN_DATE}`, RUN_DATE).weeks).toHaveLength(1040);
    expect(() => parseWeekList(`${plusDays(oldest, -7)}..${newest}`, RUN_DATE)).toThrow(tooMany);
    expect(() => parseWeekList(`1900-01-01..${newest}`, RUN_DATE)).toThrow(tooMany);
    expect(() => parseWeekList(`${oldest}..${newest},${plusDays(oldest, -7)}`, RUN_DATE)).toThrow(tooMany);
  });
});

describe('for any dates', () => {
  it('a date stands for a Friday on or before it, less than a week away', () => {
    fc.assert(
      fc.property(pastDate, (date) => {
        const [week = ''] = parseWeekList(date, RUN_DATE).weeks;
        expect(dayOfWeek(week)).toBe(FRIDAY);
        expect(daysBetween(week, date)).toBeGreaterThanOrEqual(0);
        expect(daysBetween(week, date)).toBeLessThanOrEqual(6);
      }),
    );
  });

  it('a list holds each week of its dates once, newest first, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(pastDate, { minLength: 1, maxLength: 20 }), (dates) => {
        const { weeks, movedDates } = parseWeekList(dates.join(','), RUN_DATE);
        expect(weeks).toEqual([...new Set(dates.map(weekEndingOf))].sort().reverse());
        expect(new Set(movedDates.map(({ given }) => given))).toEqual(
          new Set(dates.filter((date) => dayOfWeek(date) !== FRIDAY)),
        );
      }),
    );
  });

  it('a range holds exactly the Fridays from its first day to its last', () => {
    fc.assert(
      fc.property(pastDate, fc.integer({ min: 6, max: 100 }), (to, days) => {
        const from = plusDays(to, -days);
        const everyDay = Array.from({ length: days + 1 }, (_, index) => plusDays(to, -index));
        const fridays = everyDay.filter((day) => dayOfWeek(day) === FRIDAY);
        expect(parseWeekList(`${from}..${to}`, RUN_DATE)).toEqual({ weeks: fridays, movedDates: [] });
      }),
    );
  });

  it('a lookback of n weeks is the range of the n Fridays up to the run date', () => {
    fc.assert(
      fc.property(pastDate, fc.integer({ min: 1, max: 520 }), (runDate, count) => {
        const weeks = lookbackWeeks(runDate, count);
        expect(weeks).toHaveLength(count);
        expect(parseWeekList(`${weeks.at(-1)}..${runDate}`, runDate).weeks).toEqual(weeks);
      }),
    );
  });
});

describe.each([
  ['Pacific/Kiritimati', -840],
  ['Pacific/Pago_Pago', 660],
  ['America/New_York', 300],
])('on a machine in %s', (timeZone, offsetInJanuary) => {
  const before = process.env.TZ;

  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  /** Switches the process's time zone, and proves that it took: elsewhere the tests below would say nothing. */
  function enterTimeZone(): void {
    process.env.TZ = timeZone;
    expect(new Date('2026-01-12T12:00:00Z').getTimezoneOffset()).toBe(offsetInJanuary);
  }

  it.each<[date: CalendarDate, week: CalendarDate]>([
    ['2025-12-19', '2025-12-19'],
    ['2025-12-22', '2025-12-19'],
    ['2025-11-01', '2025-10-31'],
    ['2025-03-09', '2025-03-07'],
    ['2025-11-02', '2025-10-31'],
    ['2011-12-30', '2011-12-30'],
    ['2024-02-29', '2024-02-23'],
    ['2026-01-01', '2025-12-26'],
  ])('%s stands for the week ending %s', (date, week) => {
    enterTimeZone();
    expect(parseWeekList(date, RUN_DATE).weeks).toEqual([week]);
    expect(parseWeekList(`${week}..${plusDays(week, 6)}`, RUN_DATE).weeks).toEqual([week]);
  });

  it.each([
    ['2026-01-12T04:59:59.999Z', '2026-01-11'],
    ['2026-01-12T05:00:00.000Z', '2026-01-12'],
    ['2026-01-13T04:59:59.999Z', '2026-01-12'],
    ['2025-07-01T03:59:59.999Z', '2025-06-30'],
    ['2025-07-01T04:00:00.000Z', '2025-07-01'],
    ['2025-03-09T06:59:59.999Z', '2025-03-09'],
    ['2025-11-02T05:30:00.000Z', '2025-11-02'],
    ['2026-01-01T04:59:00.000Z', '2025-12-31'],
  ])('%s is the business date %s', (instant, date) => {
    enterTimeZone();
    expect(businessDate(new Date(instant))).toBe(date);
  });
});
