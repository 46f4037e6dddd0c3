import { FIELDS, type Field, type StandInRow } from './api-rows.ts';

/** What a POST may ask for. */
export interface QueryBody {
  readonly compareFilters?: readonly { compareType: string; fieldName: string; fieldValue: string }[];
  readonly dateRangeFilters?: readonly { fieldName: string; startDate: string; endDate: string }[];
  readonly sortFields?: readonly string[];
  readonly fields?: readonly string[];
  readonly limit?: number;
  readonly offset?: number;
  readonly delimiter?: string;
  readonly quoteValues?: boolean;
}

const PARTITION_FIELDS = ['weekStartDate', 'tierIdentifier'];

/** Why FINRA would refuse `query` with status 400; null when it would not. */
export function refusalOf(dataset: string, query: QueryBody): string | null {
  const compared = query.compareFilters ?? [];
  const named = [...compared, ...(query.dateRangeFilters ?? [])].map((filter) => filter.fieldName);
  const unknown = [...named, ...sortNames(query)].find((name) => fieldNamed(name) === undefined);
  if (unknown !== undefined) return `Field ${unknown} is not part of the dataset`;
  if (compared.some((filter) => filter.compareType !== 'EQUAL')) return 'Unsupported compareType';
  if (dataset === 'weeklySummaryHistoric' && named.some((name) => !PARTITION_FIELDS.includes(name)))
    return 'Only partition fields can be filtered in a historic dataset';
  const fixed = compared.map((filter) => filter.fieldName);
  if (sortNames(query).length > 0 && !PARTITION_FIELDS.every((name) => fixed.includes(name)))
    return 'Sorting is allowed only if all partition keys are specified in an EQUAL CompareFilter';
  return null;
}

/** `query` without its EQUAL filters on `fields`, and with `ranges` without its date ranges on them. */
export function withoutFilters(query: QueryBody, fields: readonly string[], ranges: boolean): QueryBody {
  const kept = (filter: { readonly fieldName: string }) => !fields.includes(filter.fieldName);
  return {
    ...query,
    compareFilters: (query.compareFilters ?? []).filter(kept),
    dateRangeFilters: (query.dateRangeFilters ?? []).filter((range) => !ranges || kept(range)),
  };
}

/** The rows that `query` selects, sorted as it asks, otherwise in the order given. */
export function selectRows(rows: readonly StandInRow[], query: QueryBody): StandInRow[] {
  const compared = query.compareFilters ?? [];
  const ranges = query.dateRangeFilters ?? [];
  const selected = rows.filter(
    (row) =>
      compared.every((filter) => textOf(row, filter.fieldName) === filter.fieldValue) &&
      ranges.every((range) => within(textOf(row, range.fieldName), range.startDate, range.endDate)),
  );
  const sort = query.sortFields ?? [];
  return sort.length === 0 ? selected : selected.sort((a, b) => compareBy(sort, a, b));
}

function sortNames(query: QueryBody): string[] {
  return (query.sortFields ?? []).map((field) => field.replace(/^[+-]/, ''));
}

function fieldNamed(name: string): Field | undefined {
  return FIELDS.find((field) => field === name);
}

function textOf(row: StandInRow, name: string): string {
  const field = fieldNamed(name);
  return (field === undefined ? null : row[field]) ?? '';
}

function within(value: string, from: string, to: string): boolean {
  return value >= from && value <= to;
}

function compareBy(sort: readonly string[], a: StandInRow, b: StandInRow): number {
  for (const entry of sort) {
    const name = entry.replace(/^[+-]/, '');
    const [left, right] = [textOf(a, name), textOf(b, name)];
    if (left !== right) return (left < right ? -1 : 1) * (entry.startsWith('-') ? -1 : 1);
  }
  return 0;
}
