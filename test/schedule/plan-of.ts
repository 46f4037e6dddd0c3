import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { type Found, type PlanOptions, planPartition } from '../../src/schedule/plan.ts';
import { SOURCE_EMPTY } from '../../src/sources/source.ts';
import type { PartitionState } from '../../src/store/partition-states.ts';
import { HASH, OTHER_HASH, PARTITION, stateOf, storedCapture } from './partition-state.ts';

/** A whole run two weeks after everything of `PARTITION` was published. */
export const OPTIONS: PlanOptions = {
  onlyStage: 'all',
  force: false,
  runDate: '2026-02-02',
  source: 'file',
  publication: DEFAULT_PUBLICATION,
};

export const LOCATOR = '/data/finra_otc_weekly_otc_20251222.csv';

/** What the source can have: nothing, a file not hashed, hashed and the same, hashed and other, or trouble. */
export const ABSENT = undefined;
export const HERE = { status: 'available', locator: LOCATOR } as const satisfies Found;
export const SAME = { ...HERE, contentHash: HASH } satisfies Found;
export const REVISED: Found = { ...HERE, contentHash: OTHER_HASH };
export const TWO_FILES: Found = { status: 'ambiguous', locators: ['/data/a.csv', '/data/b.csv'] };
export const UNREADABLE = {
  status: 'unreadable',
  locator: LOCATOR,
  message: 'it is not a regular file',
} as const satisfies Found;
/** Another attempt may find it readable. */
export const UNREAD: Found = { ...UNREADABLE, transient: true };
/** The source names it, and has nothing of it. */
export const NO_ROWS: Found = {
  status: 'empty',
  error: { code: SOURCE_EMPTY, message: 'the API has no rows for it', hint: 'run again later' },
};

/** What the store can hold: nothing, everything current, or everything current from the day after `OPTIONS.runDate`. */
export const EMPTY = stateOf({ newest: null });
export const CURRENT = stateOf();
export const NEXT_DAYS = stateOf({ newest: storedCapture({ runDate: '2026-02-03' }) });

/** The plan of `PARTITION`. */
export function plan(state: PartitionState, found: Found | undefined, options: Partial<PlanOptions> = {}) {
  return planPartition({ partition: PARTITION, found, state, options: { ...OPTIONS, ...options } });
}
