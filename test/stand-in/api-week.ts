import { apiRow, FIELDS, manyRows, rollUps, type StandInRow } from './api-rows.ts';

/** FINRA's Monday of the week that the rows below are of, and its week ending. */
export const MONDAY = '2025-12-15';
export const FRIDAY = '2025-12-19';

const PUBLISHED = { T1: '2026-01-05', T2: '2026-01-19', OTCE: '2026-01-19' } as const;

type TierIdentifier = keyof typeof PUBLISHED;

const TIERS = Object.keys(PUBLISHED) as TierIdentifier[];

const VENUES = [
  { MPID: 'UBSA', firmCRDNumber: '104031', marketParticipantName: 'UBSA UBS ATS' },
  { MPID: 'SGMT', firmCRDNumber: '8206', marketParticipantName: 'SGMT SIGMA X2' },
] as const;

// With an MPID, without one, and the unattributed rest (FINRA page, "Identity of a row").
const FIRMS = [
  { MPID: 'WRMK', firmCRDNumber: '900558', marketParticipantName: 'WREN & ROWAN MARKETS INC.' },
  { MPID: null, firmCRDNumber: '900104', marketParticipantName: 'HARBOR LANE EXECUTION LLC' },
  { MPID: null, firmCRDNumber: null, marketParticipantName: 'De Minimis Firms' },
] as const;

/** ATS rows of a tier: `symbols` symbols at two venues. */
export function atsRows(tierIdentifier: TierIdentifier, symbols = 15): StandInRow[] {
  return VENUES.flatMap((venue) => manyRows(symbols, { ...venue, ...fixed(tierIdentifier) }));
}

/** Non-ATS rows of a tier: the same symbols at firms of every kind. */
export function nonAtsRows(tierIdentifier: TierIdentifier, symbols = 15): StandInRow[] {
  const summaryTypeCode = 'OTC_W_SMBL_FIRM';
  return FIRMS.flatMap((firm) => manyRows(symbols, { ...firm, ...fixed(tierIdentifier), summaryTypeCode }));
}

function fixed(tierIdentifier: TierIdentifier) {
  return { tierIdentifier, lastUpdateDate: PUBLISHED[tierIdentifier] };
}

/** A whole week as FINRA holds it: ATS and non-ATS rows of three tiers, and their roll-ups. */
export function wholeWeek(): StandInRow[] {
  const rows = TIERS.flatMap((tier) => [...atsRows(tier), ...nonAtsRows(tier)]);
  // A quote and a comma, and a quantity that no double holds.
  const odd = apiRow({
    issueSymbolIdentifier: 'QX',
    issueName: 'Said "Q", Inc.',
    totalWeeklyShareQuantity: '9007199254740993',
  });
  // FINRA's statistics of a whole tier are of ATS rows only.
  const totals = rollUps([...rows, odd]).filter(({ summaryTypeCode }) => summaryTypeCode !== 'OTC_W_VOL_STATS');
  return [...rows, odd, ...totals];
}

/** Rows as the API's own export writes them to a file. */
export function exportedFile(rows: readonly StandInRow[]): string {
  const quoted = (text: string | null) => `"${(text ?? '').replaceAll('"', '""')}"`;
  const lines = rows.map((row) => FIELDS.map((field) => quoted(row[field])).join(','));
  return `${[FIELDS.join(','), ...lines].join('\n')}\n`;
}
