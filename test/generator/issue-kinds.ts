import type { Tier } from '../../src/domain/tier.ts';
import type { IssuerStyle } from './issuer-names.ts';
import type { Random } from './random.ts';

/** An issue that stands alone: its issuer is made with it. */
export interface FirstIssueKind {
  readonly style: IssuerStyle;
  /** What the market adds to the root letters, such as the `F` of a foreign ordinary. */
  readonly suffix: string;
  description(random: Random): string;
}

/** A further issue of a listed company: preferred, warrant, unit, share class. */
export interface FurtherIssueKind {
  /** The symbols it may have, in the order in which the listing market gives them. */
  symbols(root: string): readonly string[];
  description(random: Random, symbol: string): string;
}

const COUNTRIES = ['Australia', 'Canada', 'France', 'Germany', 'Italy', 'Japan', 'Norway', 'Switzerland', 'Sweden'];
const COUPONS = ['4.375', '5.00', '5.625', '6.25', '7.125', '8.00'];

/** The common stock of a company, the only kind that further issues may follow. */
export const COMMON: FirstIssueKind = {
  style: 'company',
  suffix: '',
  description: (random) => (random.chance(0.15) ? 'Class A Common Stock' : 'Common Stock'),
};

const FUND: FirstIssueKind = { style: 'fund', suffix: '', description: () => 'ETF' };
const ADS: FirstIssueKind = { style: 'foreign', suffix: '', description: () => 'American Depositary Shares' };
const FOREIGN_ORDINARY: FirstIssueKind = {
  style: 'foreign',
  suffix: 'F',
  description: (random) => `${random.pick(['Ordinary Shares', 'Ord', 'Common Shares'])} (${random.pick(COUNTRIES)})`,
};
const ADR: FirstIssueKind = {
  style: 'foreign',
  suffix: 'Y',
  description: (random) => `${random.pick(['Unsponsored ADR', 'Sponsored ADR'])} (${random.pick(COUNTRIES)})`,
};
const SERIES: FirstIssueKind = {
  style: 'company',
  suffix: 'S',
  description: (random) => `Membership Interest Series ${random.integer(1, 99)}`,
};

const SHARE_CLASS: FurtherIssueKind = {
  symbols: (root) => (isDotted(root) ? [`${root}.B`, `${root}.A`] : [`${root}B`, `${root}A`]),
  description: (_, symbol) => `Class ${symbol.slice(-1)} Common Stock`,
};
const PREFERRED: FurtherIssueKind = {
  symbols: (root) => (isDotted(root) ? ['A', 'B', 'C'].map((series) => `${root}.PR${series}`) : [`${root}P`]),
  description: (random, symbol) =>
    `${random.pick(COUPONS)}% Series ${isDotted(symbol) ? symbol.slice(-1) : 'A'} Cumulative Preferred Stock`,
};
const WARRANT: FurtherIssueKind = {
  symbols: (root) => [isDotted(root) ? `${root}.WS` : `${root}W`],
  description: () => 'Warrants, each exercisable for one share of Common Stock at $11.50',
};
const UNIT: FurtherIssueKind = {
  symbols: (root) => [isDotted(root) ? `${root}.U` : `${root}U`],
  description: () => 'Units, each consisting of one share of Class A Common Stock and one-half of one Warrant',
};

interface KindMix {
  readonly first: readonly FirstIssueKind[];
  readonly further: readonly FurtherIssueKind[];
  /** How many of the tier's issues are further ones, 0 to 1. */
  readonly furtherShare: number;
}

/** What each tier consists of; a kind that is listed twice is twice as common. */
export const KIND_MIX: Readonly<Record<Tier, KindMix>> = {
  NMS_TIER_1: { first: [COMMON, COMMON, COMMON, FUND], further: [SHARE_CLASS], furtherShare: 0.05 },
  NMS_TIER_2: {
    first: [COMMON, COMMON, COMMON, COMMON, FUND, FUND, ADS],
    further: [SHARE_CLASS, PREFERRED, PREFERRED, WARRANT, WARRANT, UNIT],
    furtherShare: 0.2,
  },
  OTC: {
    first: [COMMON, COMMON, COMMON, FOREIGN_ORDINARY, FOREIGN_ORDINARY, ADR, ADR, SERIES],
    further: [],
    furtherShare: 0,
  },
};

// Roots of three letters and fewer are listed where suffixes follow a dot, those of four where a fifth letter is added.
function isDotted(symbol: string): boolean {
  return symbol.length <= 3 || symbol.includes('.');
}
