import type { CalendarDate } from '../domain/calendar-date.ts';
import type { Status } from '../operations/status.ts';
import type { RunWindow } from '../schedule/report.ts';
import type { MendPlaces } from './mend-words.ts';

/** A status with what it is the status of. */
export interface ShownStatus {
  readonly status: Status;
  readonly window: RunWindow;
  readonly runDate: CalendarDate;
  readonly database: string;
}

/** Where the commands that mend a gap find what they need. */
export function mendPlaces({ status, database }: ShownStatus): MendPlaces {
  return { database, sourceOptions: status.sourceOptions };
}
