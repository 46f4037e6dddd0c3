/** The kinds of rows an operator can ask for (`--summary-types`). */
export const SUMMARY_TYPES = ['ats', 'non-ats'] as const;

export type SummaryType = (typeof SUMMARY_TYPES)[number];

/** `summaryTypeCode` of the rows per firm and symbol: the data itself (FINRA page). */
export const FIRM_ROWS = { ats: 'ATS_W_SMBL_FIRM', 'non-ats': 'OTC_W_SMBL_FIRM' } as const satisfies Record<
  SummaryType,
  string
>;

/** `summaryTypeCode` of the roll-ups per symbol of the same rows, never mixed with them (FINRA page). */
export const SYMBOL_TOTALS = { ats: 'ATS_W_SMBL', 'non-ats': 'OTC_W_SMBL' } as const satisfies Record<
  SummaryType,
  string
>;

/** The types as `core_captures.summary_types` writes them: in their own order, joined by commas. */
export function summaryTypesText(types: readonly SummaryType[]): string {
  return SUMMARY_TYPES.filter((type) => types.includes(type)).join(',');
}
