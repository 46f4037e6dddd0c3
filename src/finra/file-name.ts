import { type CalendarDate, isCalendarDate, plusDays } from '../domain/calendar-date.ts';
import type { Tier } from '../domain/tier.ts';
import { type WeekEnding, weekEndingOf } from '../domain/week.ts';
import type { PublicationRules } from './publication.ts';

/** What the date in a file's name is: a day that stands for its week, or the day FINRA published the file. */
export const FILE_DATES = ['week', 'published'] as const;

export type FileDate = (typeof FILE_DATES)[number];

/** The tier and the date that a file's name holds. */
export interface FileName {
  readonly tier: Tier;
  readonly date: CalendarDate;
}

/** Compressed copies, unfinished transfers, editors' leftovers and checksums: named like data, but not data. */
const NOT_DATA =
  /~$|\.(?:gz|tgz|zip|bz2|xz|zst|7z|tmp|temp|part|partial|filepart|crdownload|download|swp|bak|old|orig|lock|md5|sha1|sha256|sha512|asc|sig)$/i;

const DATE = /(?<!\d)(\d{4})([-_]?)(\d{2})\2(\d{2})(?!\d)/g;

const TIER = /(?<![a-z0-9])(?:(?:(?:nms[\s_.-]*)?tier[\s_.-]*|t)(?<nms>\d)|(?<otce>otce)|(?<otc>otc))(?![a-z0-9])/gi;

interface TierWord {
  readonly tier: Tier | null;
  /** `otc` also names FINRA's data set; the other words can only be a tier. */
  readonly explicit: boolean;
  readonly index: number;
}

/**
 * The tier and date in a file's name, such as `nms_tier_1_week_2025-12-26.psv` or `finra_otc_weekly_otc_20251222.csv`.
 * Null when the name lacks one of them, holds two different ones, or is clearly not a data file's.
 */
export function readFileName(name: string): FileName | null {
  if (NOT_DATA.test(name)) return null;
  const date = dateIn(name);
  if (date === null) return null;
  const tier = tierIn(name, date.index);
  return tier === null ? null : { tier, date: date.date };
}

/**
 * The week ending that a file name's date stands for (DESIGN section 2, `--file-date`): the Friday on or before it, or
 * on or before the day that lies the tier's publication lag earlier.
 */
export function weekOfFileDate(date: CalendarDate, tier: Tier, rule: FileDate, rules: PublicationRules): WeekEnding {
  return weekEndingOf(rule === 'week' ? date : plusDays(date, -rules.lagDays[tier]));
}

function dateIn(name: string): { readonly date: CalendarDate; readonly index: number } | null {
  const found = [...name.matchAll(DATE)]
    .map((match) => ({ date: `${match[1]}-${match[3]}-${match[4]}`, index: match.index }))
    .filter(({ date }) => isCalendarDate(date));
  const [first] = found;
  return first !== undefined && found.every(({ date }) => date === first.date) ? first : null;
}

function tierIn(name: string, dateIndex: number): Tier | null {
  const words = [...name.matchAll(TIER)].map(tierWord);
  const explicit = words.find((word) => word.explicit);
  if (explicit === undefined) return words[0]?.tier ?? null;
  // `otc` before the tier is the data set's name; between the tier and the date it contradicts the tier.
  const contradicted = words.some((word) => {
    if (word.tier === explicit.tier) return false;
    return word.explicit || (word.index > explicit.index && word.index < dateIndex);
  });
  return contradicted ? null : explicit.tier;
}

function tierWord(match: RegExpExecArray): TierWord {
  const { nms, otce } = match.groups ?? {};
  const { index } = match;
  if (nms === undefined) return { tier: 'OTC', explicit: otce !== undefined, index };
  // A `tier3` is no tier of FINRA's: it stays null, so that an `otc` elsewhere in the name is not taken for it.
  const tier = nms === '1' ? 'NMS_TIER_1' : nms === '2' ? 'NMS_TIER_2' : null;
  return { tier, explicit: true, index };
}
