import { type CalendarDate, isCalendarDate } from '../domain/calendar-date.ts';

/** Who traded: on an alternative trading system, or at a firm outside of one. */
export type VenueType = 'ATS' | 'NON_ATS';

/** The venue a row is about, as the store identifies it. */
export interface Venue {
  readonly venueType: VenueType;
  /** The MPID; for a firm without one `CRD:<number>`; for the unattributed rest `DE_MINIMIS`. */
  readonly mpid: string;
}

/** The columns that say whose row it is; an absent column reads as ''. */
export interface VenueColumns {
  readonly summaryType: string;
  readonly mpid: string;
  readonly firmCrd: string;
}

/** What the rows of a summary type are: one venue's figures, a total over such rows, or something never seen. */
export type SummaryKind = 'firm_rows' | 'roll_up' | 'unknown';

/** FINRA's summary types whose rows are one venue's figures for one symbol (FINRA page, "summaryTypeCode"). */
const FIRM_ROWS: ReadonlyMap<string, VenueType> = new Map([
  ['ATS_W_SMBL_FIRM', 'ATS'],
  ['OTC_W_SMBL_FIRM', 'NON_ATS'],
]);

const ROLL_UPS: ReadonlySet<string> = new Set([
  'ATS_W_SMBL',
  'OTC_W_SMBL',
  'ATS_W_FIRM',
  'OTC_W_FIRM',
  'ATS_W_VOL_STATS',
]);

const TIME = String.raw`(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?`;
const ISO_DATE = new RegExp(String.raw`^(\d{4}-\d{2}-\d{2})${TIME}$`);
const US_DATE = new RegExp(String.raw`^(\d{1,2})/(\d{1,2})/(\d{4})${TIME}$`);

/** What "trimmed" means for every field (DESIGN section 4, "Normalize"): white space as JavaScript knows it. */
export function trimText(text: string): string {
  return text.trim();
}

/** What kind of rows `summaryType` marks; none at all is FINRA's download, which holds ATS rows only. */
export function summaryKind(summaryType: string): SummaryKind {
  const code = trimText(summaryType).toUpperCase();
  if (venueTypeOf(code) !== null) return 'firm_rows';
  return ROLL_UPS.has(code) ? 'roll_up' : 'unknown';
}

/**
 * The venue of a row of kind `firm_rows` (DESIGN section 4, "Normalize"). Null when an ATS row names no MPID, and for
 * rows of another kind, which have no venue.
 */
export function readVenue(columns: VenueColumns): Venue | null {
  const venueType = venueTypeOf(trimText(columns.summaryType).toUpperCase());
  const mpid = trimText(columns.mpid);
  if (venueType === null) return null;
  if (mpid !== '') return { venueType, mpid };
  if (venueType === 'ATS') return null;
  const firmCrd = trimText(columns.firmCrd);
  return { venueType, mpid: firmCrd === '' ? 'DE_MINIMIS' : `CRD:${firmCrd}` };
}

/** The calendar date of a `lastUpdateDate`: `YYYY-MM-DD` or `MM/DD/YYYY`, a time after it ignored; null for anything else. */
export function readUpdateDate(text: string): CalendarDate | null {
  const trimmed = trimText(text);
  const date = ISO_DATE.exec(trimmed)?.[1] ?? fromUsDate(trimmed);
  return date !== null && isCalendarDate(date) ? date : null;
}

function venueTypeOf(code: string): VenueType | null {
  return code === '' ? 'ATS' : (FIRM_ROWS.get(code) ?? null);
}

// Spreadsheets write dates back in the American form, without leading zeros.
function fromUsDate(text: string): CalendarDate | null {
  const [, month, day, year] = US_DATE.exec(text) ?? [];
  if (month === undefined || day === undefined || year === undefined) return null;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
