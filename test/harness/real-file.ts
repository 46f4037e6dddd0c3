import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** FINRA's own file of OTC equities published on 2025-12-15. It is not ours to pass on, so it may not be there. */
export const REAL_FILE = resolve(
  import.meta.dirname,
  '../../../shared/data/finra-real/finra_otc_weekly_otc_20251215.csv',
);

export const hasRealFile = existsSync(REAL_FILE);

/** What the name of a test that needs it ends with. */
export const REAL_FILE_NOTE = hasRealFile ? '' : ` (skipped: there is no ${REAL_FILE})`;
