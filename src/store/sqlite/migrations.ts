import type { Migration } from 'kysely';
import * as initial from './migrations/0001-initial.ts';
import * as views from './migrations/0002-views.ts';
import * as controlReceipts from './migrations/0003-control-receipts.ts';
import * as metricOffsets from './migrations/0004-metric-offsets.ts';
import * as reading from './migrations/0005-reading.ts';
import * as rowTables from './migrations/0006-row-tables.ts';
import * as viewsByCapture from './migrations/0007-views-by-capture.ts';

/** Every migration, in order. A released one is never edited or renamed; a change is a new one at the end. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-views': views,
  '0003-control-receipts': controlReceipts,
  '0004-metric-offsets': metricOffsets,
  '0005-reading': reading,
  '0006-row-tables': rowTables,
  '0007-views-by-capture': viewsByCapture,
};
