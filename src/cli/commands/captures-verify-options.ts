import type { OptionName } from '../option-table.ts';

/** The options of `captures verify`; apart from the command itself, which is loaded only when it is called. */
export const CAPTURES_VERIFY_OPTIONS = [
  ...(['lookbackWeeks', 'weeks', 'tiers', 'runDate'] as const),
  ...(['archiveDir', 'db', 'busyTimeout'] as const),
  ...(['json', 'verbose', 'quiet'] as const),
] satisfies readonly OptionName[];
