import type { Tier } from '../../src/domain/tier.ts';
import type { WeekEnding } from '../../src/domain/week.ts';

/** A listing that every market holds, for what it does to a reader of the files. */
export interface NotableListing {
  readonly tier: Tier;
  readonly symbol: string;
  readonly name: string;
  /** 0 is the most traded of its tier; small enough here that it trades in every week it is listed. */
  readonly rank: number;
  readonly first?: WeekEnding;
  readonly last?: WeekEnding;
}

/** The ticker that two issuers share in one week: one traded until then, the other from then on. */
export const REASSIGNED = {
  tier: 'NMS_TIER_2',
  symbol: 'RVNA',
  weekEnding: '2025-12-12',
  names: ['Ravena Biosciences, Inc. Common Stock', 'Rivona Minerals Corp. Common Stock'],
} as const;

/** The symbols that trade in two tiers in one week, having moved up in the middle of it. */
export const MOVED_UP = [
  {
    symbol: 'TVLX',
    name: 'Travelux Holdings Inc. Class A',
    from: 'NMS_TIER_2',
    to: 'NMS_TIER_1',
    weekEnding: '2025-12-19',
  },
  {
    symbol: 'UPLD',
    name: 'Upland Lithium Corp. Common Stock',
    from: 'OTC',
    to: 'NMS_TIER_2',
    weekEnding: '2025-11-21',
  },
] as const;

/** Issue names with a quote that opens the field, quotes inside it, one quote alone, and a `#`. */
export const ODD_NAMES = {
  openingQuote: { tier: 'NMS_TIER_1', symbol: 'QBRX', name: '"Q" Brands Holdings, Inc. Common Stock' },
  innerQuotes: { tier: 'NMS_TIER_1', symbol: 'ORFF', name: 'Orchard "Fresh" Foods, Inc. Common Stock' },
  loneQuote: { tier: 'NMS_TIER_2', symbol: 'TPIP', name: 'Torrent 24" Pipe & Supply Co. Common Stock' },
  hash: { tier: 'OTC', symbol: 'HVCRS', name: 'HAVENRIDGE COLLECTION LLC MEMBERSHIP INT #CARD7 1952 ROOKIE' },
} as const;

/** Every notable listing; the dates of the changes lie in the weeks of the fixtures. */
export const NOTABLE_LISTINGS: readonly NotableListing[] = [
  { tier: 'NMS_TIER_1', symbol: 'CBR', name: 'Calder Bridge Holdings, Inc. Class A Common Stock', rank: 3 },
  { tier: 'NMS_TIER_1', symbol: 'CBR.B', name: 'Calder Bridge Holdings, Inc. Class B Common Stock', rank: 7 },
  { ...ODD_NAMES.openingQuote, rank: 5 },
  { ...ODD_NAMES.innerQuotes, rank: 9 },
  { tier: 'NMS_TIER_2', symbol: 'HPT', name: 'Harpoint Realty Trust, Inc. Common Stock', rank: 2 },
  {
    tier: 'NMS_TIER_2',
    symbol: 'HPT.PRA',
    name: 'Harpoint Realty Trust, Inc. 6.25% Series A Preferred Stock',
    rank: 8,
  },
  { tier: 'NMS_TIER_2', symbol: 'SKV.WS', name: 'Skyview Acquisition Corp. Warrants, exercisable at $11.50', rank: 9 },
  { ...ODD_NAMES.loneQuote, rank: 6 },
  { ...ODD_NAMES.hash, rank: 4 },
  { tier: 'OTC', symbol: 'NDKPY', name: 'Nordkapp Shipping ASA Unsponsored ADR (Norway)', rank: 1 },
  { tier: 'OTC', symbol: 'KLDVF', name: 'KALDVIK SEAFOOD AS ORD (Norway)', rank: 5 },
  ...reassigned(),
  ...movedUp(),
];

function reassigned(): NotableListing[] {
  const { tier, symbol, weekEnding, names } = REASSIGNED;
  return [
    { tier, symbol, name: names[0], rank: 4, last: weekEnding },
    { tier, symbol, name: names[1], rank: 4, first: weekEnding },
  ];
}

function movedUp(): NotableListing[] {
  return MOVED_UP.flatMap(({ symbol, name, from, to, weekEnding }) => [
    { tier: from, symbol, name, rank: 3, last: weekEnding },
    { tier: to, symbol, name, rank: 6, first: weekEnding },
  ]);
}
