import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { sourceEmpty } from './api-error.ts';
import { field } from './api-row.ts';
import { canonicalDocument } from './canonical-document.ts';
import { fetchAnySpelling } from './fetch-any-spelling.ts';
import type { FetchRowsDeps } from './fetch-rows.ts';
import type { ApiPartition } from './locator.ts';
import { FIRM_ROWS, type SummaryType } from './summary-type.ts';

const compress = promisify(gzip);

/**
 * A partition's canonical document, gzipped. Throws `source_empty` while rows of any wanted summary type are missing:
 * one kind without the other is a week that FINRA has not finished publishing.
 */
export async function fetchDocument(
  deps: FetchRowsDeps,
  partition: ApiPartition,
  summaryTypes: readonly SummaryType[],
): Promise<Uint8Array> {
  const codes = summaryTypes.map((type) => FIRM_ROWS[type]);
  const rows = await fetchAnySpelling(deps, partition, codes);
  const empty = codes.find((code) => !rows.some((row) => field(row, 'summaryTypeCode') === code));
  if (empty !== undefined) throw sourceEmpty(partition, empty);
  return compress(canonicalDocument(rows));
}
