import { type CalendarDate, plusDays } from '../../src/domain/calendar-date.ts';
import type { Partition } from '../../src/domain/partition.ts';
import type { Tier } from '../../src/domain/tier.ts';
import { cleanRows, type FixtureFile, fixtureMarket } from './clean-files.ts';
import { encodeOfficial } from './encode.ts';
import { fixtureFileName, REVISED_PARTITIONS } from './fixture-paths.ts';
import { compareText } from './market.ts';
import { VENUES } from './venues.ts';
import { type OfficialRow, publicationDay } from './week.ts';

/** What a restatement did to a partition. */
export interface Revision {
  readonly rows: readonly OfficialRow[];
  /** The symbol that is gone, the least traded one. */
  readonly dropped: string;
  /** The row that is new, of a symbol that was there. */
  readonly added: OfficialRow;
  /** The rows with other figures, as they are now. */
  readonly changed: readonly OfficialRow[];
}

const DAYS_UNTIL_REVISED = 7;
const CHANGED_EVERY = 20;

/** The files of `revised/`. */
export function revisedFiles(): FixtureFile[] {
  return REVISED_PARTITIONS.map((partition) => ({
    path: `revised/${fixtureFileName(partition)}`,
    content: encodeOfficial(revisionOf(partition).rows),
  }));
}

/** How `partition` is restated, a week after it was published: only rows that changed bear the later date. */
export function revisionOf(partition: Partition): Revision {
  const original = cleanRows(fixtureMarket(), partition);
  const lastUpdateDate = plusDays(publicationDay(partition.weekEnding, partition.tier), DAYS_UNTIL_REVISED);
  const dropped = leastTradedSymbol(original);
  const kept = original.filter((row) => row.issueSymbolIdentifier !== dropped);
  const restated = kept.map((row, index) => (index % CHANGED_EVERY === 0 ? corrected(row, lastUpdateDate) : row));
  const added = lateReport(kept, partition.tier, lastUpdateDate);
  const rows = [...restated, added].sort(
    (a, b) =>
      compareText(a.issueSymbolIdentifier, b.issueSymbolIdentifier) ||
      compareText(a.issueName, b.issueName) ||
      compareText(a.MPID, b.MPID),
  );
  return { rows, dropped, added, changed: restated.filter((row) => row.lastUpdateDate === lastUpdateDate) };
}

function corrected(row: OfficialRow, lastUpdateDate: CalendarDate): OfficialRow {
  const shares = Number(row.totalWeeklyShareQuantity);
  return {
    ...row,
    totalWeeklyShareQuantity: String(shares + Math.ceil(shares / 8)),
    totalWeeklyTradeCount: String(Number(row.totalWeeklyTradeCount) + 1),
    lastUpdateDate,
  };
}

/** A row for the first symbol that lacks a venue. */
function lateReport(rows: readonly OfficialRow[], tier: Tier, lastUpdateDate: CalendarDate): OfficialRow {
  const traded = new Set(rows.map((row) => `${row.issueSymbolIdentifier}|${row.MPID}`));
  for (const row of rows) {
    const venue = VENUES[tier].find(({ mpid }) => !traded.has(`${row.issueSymbolIdentifier}|${mpid}`));
    if (venue === undefined) continue;
    return {
      ...row,
      marketParticipantName: venue.name,
      MPID: venue.mpid,
      totalWeeklyShareQuantity: '12400',
      totalWeeklyTradeCount: '31',
      lastUpdateDate,
    };
  }
  throw new Error('every symbol trades in every venue: nothing can be reported late');
}

function leastTradedSymbol(rows: readonly OfficialRow[]): string {
  const shares = new Map<string, number>();
  for (const row of rows) {
    const before = shares.get(row.issueSymbolIdentifier) ?? 0;
    shares.set(row.issueSymbolIdentifier, before + Number(row.totalWeeklyShareQuantity));
  }
  const [least] = [...shares].sort((a, b) => a[1] - b[1]);
  if (least === undefined) throw new Error('a partition without rows cannot be restated');
  return least[0];
}
