import { cleanRows, fixtureMarket } from './clean-files.ts';
import { encodeOfficial } from './encode.ts';
import { SMALL_PARTITION } from './fixture-paths.ts';
import { smallRows } from './small-rows.ts';
import type { OfficialRow } from './week.ts';

const BEFORE_WEEK = '2025-11-21';

/** The clean rows less those of least volume: far fewer rows, but nearly the same shares. */
export function shrunkRows(): string {
  const rows = originalRows();
  const volumes = rows.map(sharesOf).sort((a, b) => b - a);
  const least = volumes[Math.floor(rows.length * 0.4)] ?? 0;
  return encodeOfficial(rows.filter((row) => sharesOf(row) > least));
}

/** The clean rows with a third of their shares. */
export function shrunkShares(): string {
  return encodeOfficial(
    originalRows().map((row) => {
      const shares = Math.ceil(sharesOf(row) / 3);
      const trades = Math.min(shares, Number(row.totalWeeklyTradeCount));
      return { ...row, totalWeeklyShareQuantity: String(shares), totalWeeklyTradeCount: String(trades) };
    }),
  );
}

/** The clean rows less the venues with fewest rows: under half of the venues, but most of the rows. */
export function shrunkVenues(): string {
  const rows = originalRows();
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.MPID, (counts.get(row.MPID) ?? 0) + 1);
  const largestFirst = [...counts].sort((a, b) => b[1] - a[1]).map(([mpid]) => mpid);
  const kept = new Set(largestFirst.slice(0, Math.floor(largestFirst.length * 0.45)));
  return encodeOfficial(rows.filter((row) => kept.has(row.MPID)));
}

/** An old week's file under a newer week's name: last updated before the week had ended. */
export function updatedBeforeWeek(): string {
  return encodeOfficial(smallRows(BEFORE_WEEK));
}

/** Good rows, but one symbol's shares add up past 2^63-1; each row's are within it. */
export function sharesOverflow(): string {
  const rows = smallRows();
  const symbol = rows.find(
    (row, index) => row.issueSymbolIdentifier === rows[index + 1]?.issueSymbolIdentifier,
  )?.issueSymbolIdentifier;
  const vast = { totalWeeklyShareQuantity: '9223372036854775807' };
  return encodeOfficial(rows.map((row) => (row.issueSymbolIdentifier === symbol ? { ...row, ...vast } : row)));
}

function originalRows(): OfficialRow[] {
  return cleanRows(fixtureMarket(), SMALL_PARTITION);
}

function sharesOf(row: OfficialRow): number {
  return Number(row.totalWeeklyShareQuantity);
}
