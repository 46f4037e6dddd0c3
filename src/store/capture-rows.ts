import { DOMAIN, partitionKey, type StorePartition } from '../domain/partition.ts';
import { CAPTURE_CALCS } from '../domain/stage.ts';
import type { Trx } from './schema.ts';

/** Tables whose rows belong to one capture, keyed by `capture_key` first: replacing a capture is a range delete each. */
const ROW_TABLES = [
  'raw_rows',
  'raw_texts',
  'reject_rows',
  'normalized_rows',
  'merged_volumes',
  'symbol_totals',
  'hhi_rows',
  'tier_split_rows',
  'core_capture_calcs',
  'core_control_receipts',
] as const;

/** Deletes a capture and every row made from it. */
export async function deleteCapture(trx: Trx, captureKey: number): Promise<void> {
  for (const table of ROW_TABLES) await trx.deleteFrom(table).where('capture_key', '=', captureKey).execute();
  await trx.deleteFrom('core_captures').where('capture_key', '=', captureKey).execute();
}

/** Deletes a capture's rejects and normalized rows, before they are made again. */
export async function deleteNormalizedRows(trx: Trx, captureKey: number): Promise<void> {
  for (const table of ['reject_rows', 'normalized_rows'] as const) {
    await trx.deleteFrom(table).where('capture_key', '=', captureKey).execute();
  }
}

/** Deletes the manifest rows of a partition's calcs, whose capture is about to be replaced. */
export async function deleteCalcRows(trx: Trx, partition: StorePartition): Promise<void> {
  await trx
    .deleteFrom('core_manifest')
    .where('domain', '=', DOMAIN)
    .where('partition_key', '=', partitionKey(partition))
    .where('stage', 'in', CAPTURE_CALCS)
    .execute();
}
