import { type CalendarDate, plusDays } from '../domain/calendar-date.ts';
import type { Partition } from '../domain/partition.ts';
import type { Tier } from '../domain/tier.ts';

/** When FINRA publishes a week, and how long it may be late. */
export interface PublicationRules {
  /** Calendar days from the week ending to the day of publication. */
  readonly lagDays: Readonly<Record<Tier, number>>;
  /** Calendar days after publication during which absence is late, not yet a failure. */
  readonly graceDays: number;
}

/** FINRA's own delays: the Monday 17 days after the week's Friday, or 31 (DESIGN section 1, "Publication"). */
export const DEFAULT_PUBLICATION: PublicationRules = {
  lagDays: { NMS_TIER_1: 17, NMS_TIER_2: 31, OTC: 31 },
  graceDays: 3,
};

/** The day FINRA is to publish a partition, and the last day on which its absence is no failure. */
export interface Publication {
  readonly publishedOn: CalendarDate;
  readonly dueAfter: CalendarDate;
}

/** What a partition's absence means on a day. */
export type PublicationState = 'awaiting' | 'late' | 'due';

/** When `partition` is to be published under `rules`. */
export function publicationOf(partition: Partition, rules: PublicationRules): Publication {
  const publishedOn = plusDays(partition.weekEnding, rules.lagDays[partition.tier]);
  return { publishedOn, dueAfter: plusDays(publishedOn, rules.graceDays) };
}

/** `awaiting` before the day of publication, `late` from that day to the end of the grace, `due` from then on. */
export function publicationState(
  partition: Partition,
  runDate: CalendarDate,
  rules: PublicationRules,
): PublicationState {
  const { publishedOn, dueAfter } = publicationOf(partition, rules);
  if (runDate < publishedOn) return 'awaiting';
  return runDate <= dueAfter ? 'late' : 'due';
}
