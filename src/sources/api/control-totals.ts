import { field } from './api-row.ts';
import { fetchAnySpelling } from './fetch-any-spelling.ts';
import type { FetchRowsDeps } from './fetch-rows.ts';
import type { ApiPartition } from './locator.ts';
import { type SummaryType, SYMBOL_TOTALS } from './summary-type.ts';

/** FINRA's own total of one issue in one partition, figures as plain decimal text. */
export interface ControlTotal {
  readonly summaryType: SummaryType;
  readonly symbol: string;
  readonly issueName: string;
  readonly productType: string;
  readonly shares: string;
  readonly trades: string;
}

/** The per-symbol roll-ups of a partition, in no order; empty when FINRA has none. Throws what `fetchRows` throws. */
export async function fetchControlTotals(
  deps: FetchRowsDeps,
  partition: ApiPartition,
  summaryTypes: readonly SummaryType[],
): Promise<ControlTotal[]> {
  const types = new Map<string, SummaryType>(summaryTypes.map((type) => [SYMBOL_TOTALS[type], type]));
  const rows = await fetchAnySpelling(deps, partition, [...types.keys()]);
  return rows.flatMap((row) => {
    const summaryType = types.get(field(row, 'summaryTypeCode'));
    if (summaryType === undefined) return [];
    return {
      summaryType,
      symbol: field(row, 'issueSymbolIdentifier'),
      issueName: field(row, 'issueName'),
      productType: field(row, 'productTypeCode'),
      shares: field(row, 'totalWeeklyShareQuantity'),
      trades: field(row, 'totalWeeklyTradeCount'),
    };
  });
}
