import { weekStartOf } from '../domain/week.ts';
import type { MovedDate } from '../sources/source.ts';
import type { Notice } from './report.ts';

/** The notice that a date stood for another day's week; it also names FINRA's Monday (DESIGN section 1, "Weeks"). */
export function movedDateNotice({ given, weekEnding }: MovedDate): Notice {
  return {
    severity: 'INFO',
    category: 'MOVED_DATE',
    partition: null,
    message: `${given} stands for the week ending ${weekEnding} (FINRA's week of Monday ${weekStartOf(weekEnding)})`,
  };
}
