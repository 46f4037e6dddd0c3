import type { Tier } from '../../src/domain/tier.ts';
import type { OfficialRow } from '../generator/week.ts';

/** What becomes of a file's rows, worked out row by row from DESIGN section 4, "Normalize". */
export interface Outcome {
  /** `line code`, in the order of lines; the header is line 1. */
  readonly rejects: readonly string[];
  /** `symbol|issue name|mpid shares trades`, sorted. */
  readonly normalized: readonly string[];
}

interface Reading {
  readonly line: number;
  readonly key: string;
  readonly shares: bigint | number;
  readonly trades: bigint | number;
}

const TIER_TEXTS: Readonly<Record<string, Tier>> = {
  'NMS TIER 1': 'NMS_TIER_1',
  T1: 'NMS_TIER_1',
  'NMS TIER 2': 'NMS_TIER_2',
  T2: 'NMS_TIER_2',
  OTC: 'OTC',
  OTCE: 'OTC',
};

const MAX = 2n ** 63n - 1n;

/** The outcome of `rows` as the file of one tier. */
export function outcomeOf(rows: readonly OfficialRow[], tier: Tier): Outcome {
  const codes = new Map<number, string>();
  const good: Reading[] = [];
  for (const [index, row] of rows.entries()) {
    const read = readingOf(row, tier);
    if (typeof read === 'string') codes.set(index + 2, read);
    else good.push({ ...read, line: index + 2 });
  }
  const kept: Reading[] = [];
  for (const key of new Set(good.map((reading) => reading.key))) {
    const sharers = good.filter((reading) => reading.key === key);
    const [first, ...others] = sharers as [Reading, ...Reading[]];
    const conflicting = others.some(({ shares, trades }) => shares !== first.shares || trades !== first.trades);
    for (const { line } of conflicting ? sharers : others) {
      codes.set(line, conflicting ? 'CONFLICTING_DUPLICATE' : 'DUPLICATE_ROW');
    }
    if (!conflicting) kept.push(first);
  }
  return {
    rejects: [...codes].sort(([a], [b]) => a - b).map(([line, code]) => `${line} ${code}`),
    normalized: kept.map(({ key, shares, trades }) => `${key} ${shares} ${trades}`).sort(),
  };
}

function readingOf(row: OfficialRow, tier: Tier): Omit<Reading, 'line'> | string {
  const [symbol, name, mpid] = [row.issueSymbolIdentifier, row.issueName, row.MPID].map((text) => text.trim());
  const shares = quantityOf(row.totalWeeklyShareQuantity, 6);
  const trades = quantityOf(row.totalWeeklyTradeCount, 0);
  if (symbol === '') return 'MISSING_SYMBOL';
  if (mpid === '') return 'MISSING_MPID';
  if (shares === null) return 'INVALID_SHARES';
  if (trades === null) return 'INVALID_TRADES';
  if (shares < 0 || trades < 0) return 'NEGATIVE_VALUE';
  if (Number(shares) === 0 && Number(trades) === 0) return 'ZERO_ACTIVITY';
  if (TIER_TEXTS[row.tierDescription.trim().toUpperCase()] !== tier) return 'TIER_MISMATCH';
  return { key: `${symbol}|${name}|${mpid}`, shares, trades };
}

/** Plain digits, or digits with up to `decimals` decimals, after a minus or none; null for anything else. */
export function quantityOf(text: string, decimals: number): bigint | number | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) return null;
  const [, minus = '', whole = '', fraction = ''] = match;
  if (fraction.length > decimals) return null;
  if (BigInt(whole) > MAX) return null;
  if (!/[1-9]/.test(fraction)) return BigInt(minus + whole);
  return BigInt(whole) < 10n ** 18n ? Number(text.trim()) : null;
}
