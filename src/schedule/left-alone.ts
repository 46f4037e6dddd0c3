import type { PlannedPartition } from './action.ts';
import type { Notice } from './report.ts';

/**
 * Says of a version that a run takes, and does not carry through, that an operator's cancel stands in its way: `_latest`
 * goes on without it, and the exit code is 0 all the same.
 */
export function leftAloneNotices(planned: readonly PlannedPartition[]): Notice[] {
  return planned.flatMap(({ partition, action, reason, cut }) => {
    if (cut === undefined || action !== 'ingest') return [];
    const version = reason === 'first_capture' ? 'a first version' : 'a newer version';
    const left = `it is taken, and left alone from ${cut.stage} on`;
    const message = `${version} is there; ${left}, because work item ${cut.itemId} was cancelled: work retry ${cut.itemId}`;
    return [{ severity: 'WARN' as const, category: 'LEFT_CANCELLED', partition, message }];
  });
}
