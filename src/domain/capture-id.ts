import type { CalendarDate } from './calendar-date.ts';
import { DOMAIN, type StorePartition } from './partition.ts';

/** `{domain}:{tier}:{week_ending}:{YYYYMMDD of the run date}` (DESIGN section 1). */
export function captureId(partition: StorePartition, runDate: CalendarDate): string {
  return `${DOMAIN}:${partition.tier}:${partition.weekEnding}:${runDate.replaceAll('-', '')}`;
}
