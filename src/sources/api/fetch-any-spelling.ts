import type { ApiRow } from './api-row.ts';
import { type FetchRowsDeps, fetchRows } from './fetch-rows.ts';
import type { ApiPartition } from './locator.ts';
import { TIER_IDENTIFIERS } from './tier-identifier.ts';

/**
 * What `fetchRows` gives, also where an old week spells its tier in the older way: no listing says how, so that is tried
 * where today's spelling finds nothing. The locator keeps today's, for it is made before anything is read.
 */
export async function fetchAnySpelling(
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
