import { SUMMARY_TYPES, type SummaryType } from '../sources/api/summary-type.ts';
import { badValue, orList } from './parse-value.ts';

/** Summary types separated by commas; unique, in the order of `SUMMARY_TYPES`. */
export function parseSummaryTypes(text: string): readonly SummaryType[] {
  const named = new Set(text.split(',').map((item) => readSummaryType(item.trim().toLowerCase())));
  return SUMMARY_TYPES.filter((type) => named.has(type));
}

function readSummaryType(text: string): SummaryType {
  const type = SUMMARY_TYPES.find((known) => known === text);
  if (type !== undefined) return type;
  throw badValue(text === '' ? 'holds an empty item' : `${text} is not ${orList(SUMMARY_TYPES)}`, 'give summary types');
}
