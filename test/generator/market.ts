import { TIERS, type Tier } from '../../src/domain/tier.ts';
import { type WeekEnding, weeksWithin } from '../../src/domain/week.ts';
import { createIssueMaker, type Issue, type IssueMaker } from './issues.ts';
import { NOTABLE_LISTINGS } from './notable-listings.ts';
import { createRandom, hashText, mix, type Random } from './random.ts';

/** An issue in one tier, over the weeks it trades there. */
export interface Listing extends Issue {
  /** Its place by volume; 0 is the most traded of its tier. */
  readonly rank: number;
  /** The first and the last week it trades, both included; null where it is listed before or after the window too. */
  readonly first: WeekEnding | null;
  readonly last: WeekEnding | null;
  /** Fixes its taste for venues and its volumes, week by week. */
  readonly hash: number;
}

/** What trades, and in which tier: the same for all weeks, but for the few listings that come, go or move. */
export interface Market {
  /** By symbol, then by name. */
  readonly listings: Readonly<Record<Tier, readonly Listing[]>>;
}

export interface MarketOptions {
  readonly seed: number;
  /** How many listings each tier has, about; the notable ones are always among them. */
  readonly listings: Readonly<Record<Tier, number>>;
  /** The weeks over which listings change; `from` and `to` must have a Friday between them. */
  readonly from: WeekEnding;
  readonly to: WeekEnding;
}

type ListingDraft = Omit<Listing, 'hash'> & { readonly tier: Tier };

// The share of listings that each change happens to, once in the window.
const LISTED_LATE = 0.02;
const DELISTED = 0.02;
const REASSIGNED = 0.005;
const MOVED_UP = 0.01;

const TIER_ABOVE: Readonly<Record<Tier, Tier | null>> = {
  NMS_TIER_1: null,
  NMS_TIER_2: 'NMS_TIER_1',
  OTC: 'NMS_TIER_2',
};

/** The market of a seed. Its listings are the notable ones and generated ones. */
export function createMarket(options: MarketOptions): Market {
  const random = createRandom(mix(options.seed));
  const weeks = weeksWithin(options.from, options.to);
  const maker = createIssueMaker(
    random,
    NOTABLE_LISTINGS.map((listing) => listing.symbol),
  );
  const drafts: ListingDraft[] = NOTABLE_LISTINGS.map((listing) => ({ first: null, last: null, ...listing }));
  for (const tier of TIERS) {
    const notable = NOTABLE_LISTINGS.filter((listing) => listing.tier === tier).length;
    for (let rank = notable; rank < options.listings[tier]; rank += 1) {
      drafts.push(...drawListings(random, maker, { tier, rank, weeks, ranks: options.listings }));
    }
  }
  const inTier = (tier: Tier): Listing[] =>
    drafts
      .filter((draft) => draft.tier === tier)
      .map(({ tier: _, ...listing }) => ({
        ...listing,
        hash: mix(hashText(listing.symbol + listing.name) ^ options.seed),
      }))
      .sort((a, b) => compareText(a.symbol, b.symbol) || compareText(a.name, b.name));
  return { listings: { NMS_TIER_1: inTier('NMS_TIER_1'), NMS_TIER_2: inTier('NMS_TIER_2'), OTC: inTier('OTC') } };
}

/** Whether `listing` trades in the week. */
export function isListed(listing: Listing, weekEnding: WeekEnding): boolean {
  return (
    (listing.first === null || listing.first <= weekEnding) && (listing.last === null || weekEnding <= listing.last)
  );
}

/** Order by UTF-16 code units, which no machine's locale changes. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Draw {
  readonly tier: Tier;
  readonly rank: number;
  readonly weeks: readonly WeekEnding[];
  readonly ranks: Readonly<Record<Tier, number>>;
}

/** One issue's listings: mostly one for all weeks, two for an issue that changes tier or hands on its ticker. */
function drawListings(random: Random, maker: IssueMaker, { tier, rank, weeks, ranks }: Draw): ListingDraft[] {
  const always: ListingDraft = { ...maker.issue(tier), tier, rank, first: null, last: null };
  const week = random.pick(weeks);
  const above = TIER_ABOVE[tier];
  let fate = random.next();
  const happens = (share: number): boolean => {
    fate -= share;
    return fate < 0;
  };
  if (happens(LISTED_LATE)) return [{ ...always, first: week }];
  if (happens(DELISTED)) return [{ ...always, last: week }];
  if (happens(REASSIGNED)) {
    return [
      { ...always, last: week },
      { ...always, ...maker.successor(always.symbol), first: week },
    ];
  }
  // A suffix or a fifth letter marks a foreign or further issue, which does not move up.
  if (happens(MOVED_UP) && above !== null && /^[A-Z]{1,4}$/.test(always.symbol)) {
    return [
      { ...always, last: week },
      { ...always, tier: above, rank: random.integer(0, ranks[above]), first: week },
    ];
  }
  return [always];
}
