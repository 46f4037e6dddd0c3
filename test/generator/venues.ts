import type { Tier } from '../../src/domain/tier.ts';

/** An alternative trading system. */
export interface Venue {
  readonly mpid: string;
  /** As FINRA writes it: the MPID, then the system's name. */
  readonly name: string;
  /** Its part of the market, 0 to 1: the chance that it trades a symbol, and its volume there. */
  readonly reach: number;
  /** Shares in a usual trade of a liquid symbol. */
  readonly tradeSize: number;
}

const NMS_VENUES = [
  venue('UBSA', 'UBS ATS', 1, 170),
  venue('INCR', 'INTELLIGENT CROSS LLC', 0.93, 95),
  venue('JPMX', 'JPM-X', 0.86, 190),
  venue('SGMT', 'SIGMA X2', 0.84, 180),
  venue('EBXL', 'LEVEL ATS', 0.8, 160),
  venue('MSPL', 'MS POOL (ATS-4)', 0.77, 210),
  venue('LATS', 'BARCLAYS ATS ("LX")', 0.72, 175),
  venue('IATS', 'IBKR ATS', 0.7, 140),
  venue('BIDS', 'BIDS ATS', 0.64, 420),
  venue('MLIX', 'INSTINCT X', 0.62, 165),
  venue('KCGM', 'VIRTU MATCHIT ATS', 0.58, 185),
  venue('CROS', 'CROSSFINDER', 0.55, 200),
  venue('ITGP', 'POSIT', 0.5, 310),
  venue('DBAX', 'SUPERX', 0.46, 195),
  venue('MSTX', 'MS TRAJECTORY CROSS (ATS-1)', 0.42, 120),
  venue('PURE', 'PURESTREAM', 0.38, 150),
  venue('ONEC', 'ONECHRONOS', 0.35, 130),
  venue('ICBX', 'INSTINET CBX', 0.31, 260),
  venue('BLKX', 'INSTINET BLOCKCROSS', 0.26, 4200),
  venue('XSTM', 'CROSSSTREAM', 0.23, 240),
  venue('PDQX', 'CODA MARKETS ATS', 0.2, 155),
  venue('JPBX', 'JPB-X', 0.17, 330),
  venue('LQNA', 'LIQUIDNET H2O ATS', 0.15, 3600),
  venue('LMNX', 'LUMINEX TRADING & ANALYTICS', 0.11, 9800),
  venue('STFX', 'STIFEL X', 0.08, 225),
  venue('BLUE', 'BLUE OCEAN ATS', 0.07, 60),
] as const;

const OTC_VENUES = [
  venue('OTCN', 'OTC LINK NQB IDQS', 1, 900),
  venue('OTCX', 'OTC LINK ECN ATS', 0.8, 650),
  venue('ARCA', 'GLOBAL OTC', 0.5, 420),
  venue('NCPX', 'NORTHGATE PRIVATE SECURITIES', 0.24, 260),
  venue('TZRO', 'TERRAZERO SECURITIES LLC', 0.14, 340),
  venue('LDAS', 'LODESTAR ATS', 0.1, 180),
  venue('STSE', 'STARTING LINE SECONDARY', 0.08, 220),
  venue('INXS', 'INDEX SECURITIES, LLC', 0.07, 310),
] as const;

/** The venues of each tier, largest first: unlisted stocks trade on other systems than listed ones. */
export const VENUES: Readonly<Record<Tier, readonly Venue[]>> = {
  NMS_TIER_1: NMS_VENUES,
  NMS_TIER_2: NMS_VENUES,
  OTC: OTC_VENUES,
};

function venue(mpid: string, system: string, reach: number, tradeSize: number): Venue {
  return { mpid, name: `${mpid} ${system}`, reach, tradeSize };
}
