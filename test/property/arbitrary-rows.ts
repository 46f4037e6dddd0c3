import fc from 'fast-check';
import type { Tier } from '../../src/domain/tier.ts';
import type { OfficialRow } from '../generator/week.ts';
import { TIER_DESCRIPTIONS } from '../generator/week.ts';

// Few enough that keys meet: equal rows, symbols with two issues, issues in several tiers.
const SYMBOLS = ['AAA', 'BRK.B', 'zz', "O'#1"];
const NAMES = ['Alpha Common Stock', 'Beta "B" Class'];
const MPIDS = ['UBSA', 'SGMT', 'INCR', 'EBXL'];

const trades = fc.integer({ min: 1, max: 5_000 }).map(String);

/** Shares as FINRA writes them: mostly whole, some of them very large, some with a fraction. */
const shares = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 1_000_000 }).map(String) },
  { weight: 1, arbitrary: fc.bigInt({ min: 1n, max: 10n ** 17n }).map(String) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 999_999_999 }).map((millionths) => (millionths / 1e6).toFixed(6)) },
);

/** Rows that are all good and have keys of their own, of one tier. */
export function goodRows(tier: Tier, size: { min?: number; max?: number } = {}): fc.Arbitrary<OfficialRow[]> {
  const row = fc.record({
    tierDescription: fc.constant(TIER_DESCRIPTIONS[tier]),
    issueSymbolIdentifier: fc.constantFrom(...SYMBOLS),
    issueName: fc.constantFrom(...NAMES),
    marketParticipantName: fc.constantFrom('ONE ATS', 'TWO ATS'),
    MPID: fc.constantFrom(...MPIDS),
    totalWeeklyShareQuantity: shares,
    totalWeeklyTradeCount: trades,
    lastUpdateDate: fc.constantFrom('2026-01-19', '2026-01-20'),
  });
  return fc.uniqueArray(row, {
    minLength: size.min ?? 1,
    maxLength: size.max ?? 20,
    selector: (each) => `${each.issueSymbolIdentifier}|${each.issueName}|${each.MPID}`,
  });
}

/** What stands in one field of a bad row, or of one that only looks bad. */
const FIELD_EDITS: fc.Arbitrary<Partial<OfficialRow>> = fc.oneof(
  fc.constantFrom('', ' ', ' AAA ', 'aaa').map((issueSymbolIdentifier) => ({ issueSymbolIdentifier })),
  fc.constantFrom('', '  ', '\tUBSA').map((MPID) => ({ MPID })),
  fc
    .constantFrom(
      '',
      '0',
      '0.0',
      '-1',
      '-0.5',
      '+5',
      '1,500',
      '1e5',
      '1.',
      '.5',
      '1.2345678',
      ' 7 ',
      '007',
      '5.000',
      '0x1F',
    )
    .map((totalWeeklyShareQuantity) => ({ totalWeeklyShareQuantity })),
  fc.constantFrom('', '0', '-3', '1.5', '1.0', ' 4', 'N/A').map((totalWeeklyTradeCount) => ({ totalWeeklyTradeCount })),
  fc
    .constantFrom('NMS Tier 1', 'nms tier 2', ' OTC ', 'OTCE', 'T3', '')
    .map((tierDescription) => ({ tierDescription })),
  fc.constantFrom('0', '-1').map((zero) => ({ totalWeeklyShareQuantity: zero, totalWeeklyTradeCount: '0' })),
);

/** Rows of which some are bad, some repeated, and some repeated with other figures; in any order. */
export function messyRows(tier: Tier): fc.Arbitrary<OfficialRow[]> {
  const edit = fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: FIELD_EDITS });
  return fc
    .tuple(goodRows(tier), fc.array(fc.tuple(fc.nat(), edit, edit), { maxLength: 12 }))
    .chain(([rows, copies]) => {
      const more = copies.map(([index, one, other]) => ({
        ...(rows[index % rows.length] as OfficialRow),
        ...one,
        ...other,
      }));
      return fc.shuffledSubarray([...rows, ...more], { minLength: rows.length + more.length });
    });
}
