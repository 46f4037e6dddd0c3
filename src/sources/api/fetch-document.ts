import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { sourceEmpty } from './api-error.ts';
import { type ApiRow, field } from './api-row.ts';
import { canonicalDocument } from './canonical-document.ts';
import { type FetchRowsDeps, fetchRows } from './fetch-rows.ts';
import type { ApiPartition } from './locator.ts';
import { FIRM_ROWS, type SummaryType } from './summary-type.ts';
import { TIER_IDENTIFIERS } from './tier-identifier.ts';

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

// No listing says how an old week spells its tier, so the older spelling is tried where today's finds nothing.
async function fetchAnySpelling(
  deps: FetchRowsDeps,
  partition: ApiPartition,
  codes: readonly string[],
): Promise<readonly ApiRow[]> {
  const rows = await fetchRows(deps, partition, codes);
  const [today, ...older] = TIER_IDENTIFIERS.OTC;
  if (rows.length > 0 || partition.dataset !== 'weeklySummaryHistoric' || partition.tierIdentifier !== today)
    return rows;
  for (const tierIdentifier of older) {
    const found = await fetchRows(deps, { ...partition, tierIdentifier }, codes);
    if (found.length > 0) return found;
  }
  return rows;
}
