import type { Column } from '../../finra/columns.ts';
import type { ApiPartition } from './locator.ts';

/** How a week is asked for; one client saw EQUAL on the week ignored where a date range was not (FINRA page). */
export type WeekFilter = 'equal' | 'range';

/** Which rows of a partition are asked for, and how. */
export interface RowQuery {
  readonly partition: ApiPartition;
  readonly weekFilter: WeekFilter;
  /** Null asks for every summary type: weeklySummaryHistoric cannot filter by it. */
  readonly summaryTypeCode: string | null;
  /** Whether the server is to sort. It only does so for EQUAL filters on both partition fields (FINRA page). */
  readonly sorted: boolean;
}

const SORT: readonly Column[] = [
  'issueSymbolIdentifier',
  'summaryTypeCode',
  'MPID',
  'firmCRDNumber',
  'issueName',
  'productTypeCode',
];

/** The body of the POST for one page. */
export function pageRequest(query: RowQuery, offset: number, limit: number): object {
  const { weekStart, tierIdentifier } = query.partition;
  return {
    compareFilters: [
      ...(query.weekFilter === 'equal' ? [equal('weekStartDate', weekStart)] : []),
      equal('tierIdentifier', tierIdentifier),
      ...(query.summaryTypeCode === null ? [] : [equal('summaryTypeCode', query.summaryTypeCode)]),
    ],
    ...(query.weekFilter === 'range'
      ? { dateRangeFilters: [{ fieldName: 'weekStartDate', startDate: weekStart, endDate: weekStart }] }
      : {}),
    ...(query.sorted ? { sortFields: SORT.map((column) => `+${column}`) } : {}),
    limit,
    offset,
    delimiter: ',',
    quoteValues: true,
  };
}

function equal(fieldName: Column, fieldValue: string): object {
  return { compareType: 'EQUAL', fieldName, fieldValue };
}
