import { type CalendarDate, plusDays } from '../../src/domain/calendar-date.ts';
import type { Tier } from '../../src/domain/tier.ts';
import type { WeekEnding } from '../../src/domain/week.ts';
import type { OFFICIAL_HEADER } from '../../src/finra/columns.ts';
import { encodeOfficial } from './encode.ts';
import { compareText, isListed, type Listing, type Market } from './market.ts';
import { fraction, hashText, mix } from './random.ts';
import { VENUES, type Venue } from './venues.ts';

/** A row of FINRA's own file, by column name. */
export type OfficialRow = Readonly<Record<(typeof OFFICIAL_HEADER)[number], string>>;

export interface WeekOptions {
  readonly market: Market;
  readonly weekEnding: WeekEnding;
  readonly tier: Tier;
  /** Exactly so many rows. */
  readonly rows: number;
  /** Volume against an ordinary week's; 1 unless told. */
  readonly activity?: number;
}

/** The tiers as FINRA's files name them. */
export const TIER_DESCRIPTIONS: Readonly<Record<Tier, string>> = {
  NMS_TIER_1: 'NMS Tier 1',
  NMS_TIER_2: 'NMS Tier 2',
  OTC: 'OTC',
};

const PUBLICATION_LAG: Readonly<Record<Tier, number>> = { NMS_TIER_1: 17, NMS_TIER_2: 31, OTC: 31 };

// Shares that the most traded listing has at the largest venue in an ordinary week, about.
const TOP_VOLUME: Readonly<Record<Tier, number>> = { NMS_TIER_1: 30e6, NMS_TIER_2: 12e6, OTC: 60e6 };

/** A listing's trading in one venue, in one week. */
interface Trading {
  readonly listing: Listing;
  readonly venue: Venue;
  /** Fixed for the listing and venue: what makes one week resemble the next. */
  readonly pairHash: number;
  /** New each week. */
  readonly weekHash: number;
}

/** The Monday FINRA publishes a tier's week on: 17 days after the Friday for Tier 1, else 31 (DESIGN section 1). */
export function publicationDay(weekEnding: WeekEnding, tier: Tier): CalendarDate {
  return plusDays(weekEnding, PUBLICATION_LAG[tier]);
}

/**
 * A file of FINRA's own form: header, `rows` rows by symbol, issue name and MPID, LF. It depends on nothing but the
 * options, so weeks can be made in any order and one at a time. Throws when the market cannot fill the rows.
 */
export function generateWeek(options: WeekOptions): string {
  return encodeOfficial(generateRows(options));
}

/** The rows of `generateWeek`, for files that are derived from them. */
export function generateRows({ market, weekEnding, tier, rows, activity = 1 }: WeekOptions): OfficialRow[] {
  const tierDescription = TIER_DESCRIPTIONS[tier];
  const lastUpdateDate = publicationDay(weekEnding, tier);
  return chooseTrading(market, weekEnding, tier, rows).map((trading) => {
    const shares = weeklyShares(trading, TOP_VOLUME[tier] * activity);
    return {
      tierDescription,
      issueSymbolIdentifier: trading.listing.symbol,
      issueName: trading.listing.name,
      marketParticipantName: trading.venue.name,
      MPID: trading.venue.mpid,
      totalWeeklyShareQuantity: String(shares),
      totalWeeklyTradeCount: String(weeklyTrades(trading, shares)),
      lastUpdateDate,
    };
  });
}

/** The `rows` pairs of listing and venue that are likeliest to trade, in the files' order. */
function chooseTrading(market: Market, weekEnding: WeekEnding, tier: Tier, rows: number): Trading[] {
  const pairs = pairsOf(market, weekEnding, tier);
  if (pairs.count < rows) throw new Error(`${rows} rows asked for, but only ${pairs.count} pairs could trade`);
  const scores = new Float64Array(pairs.count);
  for (let index = 0; index < scores.length; index += 1) {
    scores[index] = likelihood(pairs.at(index), market.listings[tier].length);
  }
  const threshold = scores.toSorted()[pairs.count - rows] ?? Number.POSITIVE_INFINITY;
  const chosen: Trading[] = [];
  for (const [index, score] of scores.entries()) {
    if (score >= threshold && chosen.length < rows) chosen.push(pairs.at(index));
  }
  return chosen;
}

/** Every pair that could trade, by listing and then by MPID; made when asked for, as most never trade. */
function pairsOf(market: Market, weekEnding: WeekEnding, tier: Tier) {
  const week = hashText(weekEnding);
  const listings = market.listings[tier].filter((listing) => isListed(listing, weekEnding));
  const venues = [...VENUES[tier]]
    .sort((a, b) => compareText(a.mpid, b.mpid))
    .map((venue) => ({ venue, hash: hashText(venue.mpid) }));
  return {
    count: listings.length * venues.length,
    at(index: number): Trading {
      const listing = listings[Math.floor(index / venues.length)] as Listing;
      const { venue, hash } = venues[index % venues.length] as (typeof venues)[number];
      const pairHash = mix(listing.hash ^ hash);
      return { listing, venue, pairHash, weekHash: mix(pairHash ^ week) };
    },
  };
}

/** How likely a pair is to trade: popular listings trade in many venues, large venues trade most listings. */
function likelihood({ listing, venue, pairHash, weekHash }: Trading, listings: number): number {
  const popularity = 1 / (1 + (2 * listing.rank) / listings);
  return popularity * Math.sqrt(venue.reach) * (0.2 + fraction(pairHash)) * (0.9 + 0.2 * fraction(weekHash));
}

function weeklyShares({ listing, venue, pairHash, weekHash }: Trading, topVolume: number): number {
  const usual = fraction(mix(pairHash + 1));
  const thisWeek = fraction(mix(weekHash + 1));
  const zipf = 4 / (listing.rank + 4);
  return Math.max(1, Math.floor(topVolume * zipf * venue.reach * 2 * usual * usual * (0.6 + 0.8 * thisWeek)));
}

/** At least one and at most `shares`. */
function weeklyTrades({ venue, weekHash }: Trading, shares: number): number {
  const tradeSize = venue.tradeSize * (0.7 + 0.6 * fraction(mix(weekHash + 2)));
  return Math.min(shares, Math.max(1, Math.round(shares / tradeSize)));
}
