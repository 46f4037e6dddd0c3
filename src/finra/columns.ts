/** FINRA's field names, as the header of a file writes them (FINRA page, "Fields" and "Downloaded files"). */
export const COLUMNS = [
  'tierDescription',
  'tierIdentifier',
  'issueSymbolIdentifier',
  'issueName',
  'marketParticipantName',
  'MPID',
  'firmCRDNumber',
  'totalWeeklyShareQuantity',
  'totalWeeklyTradeCount',
  'totalNotionalSum',
  'productTypeCode',
  'summaryTypeCode',
  'weekStartDate',
  'lastUpdateDate',
] as const;

export type Column = (typeof COLUMNS)[number];

/** The header of FINRA's own files, in order; a row of such a file can be rebuilt from its fields. */
export const OFFICIAL_HEADER = [
  'tierDescription',
  'issueSymbolIdentifier',
  'issueName',
  'marketParticipantName',
  'MPID',
  'totalWeeklyShareQuantity',
  'totalWeeklyTradeCount',
  'lastUpdateDate',
] as const satisfies readonly Column[];
