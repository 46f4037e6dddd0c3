import { encodeOfficial } from './encode.ts';
import type { RejectKind } from './fixture-paths.ts';
import { smallRows } from './small-rows.ts';
import type { OfficialRow } from './week.ts';

/** A file of `SMALL_PARTITION` with a few rows at fault. */
export interface RejectFile {
  readonly text: string;
  /** The lines to be rejected, the header being line 1; of equal rows the first is taken for the one kept. */
  readonly rejectedLines: readonly number[];
}

type RowEdit = Partial<OfficialRow>;

const FIRST_FAULT = 12;
const SECOND_FAULT = 41;
const FAULTS = [FIRST_FAULT, SECOND_FAULT];

/** The faults of a single field: what the two rows hold instead. */
const FIELD_FAULTS = {
  missing_symbol: [{ issueSymbolIdentifier: '' }, { issueSymbolIdentifier: '  ' }],
  missing_mpid: [{ MPID: '' }, { MPID: ' ' }],
  invalid_shares: [{ totalWeeklyShareQuantity: '1,500' }, { totalWeeklyShareQuantity: '1e5' }],
  invalid_trades: [{ totalWeeklyTradeCount: '12.5' }, { totalWeeklyTradeCount: '' }],
  negative_value: [{ totalWeeklyShareQuantity: '-100' }, { totalWeeklyTradeCount: '-1' }],
  zero_activity: [zero('0'), zero('0.0')],
  tier_mismatch: [{ tierDescription: 'NMS Tier 2' }, { tierDescription: 'OTC' }],
} as const satisfies Partial<Record<RejectKind, readonly [RowEdit, RowEdit]>>;

/** The file with rows at fault in one way: two rows, under the gate of 5 %. */
export function rejectFile(kind: RejectKind): RejectFile {
  switch (kind) {
    case 'malformed_row':
      return malformedRow();
    case 'duplicate_row':
      return duplicateRow();
    case 'conflicting_duplicate':
      return conflictingDuplicate();
    default: {
      const [first, second] = FIELD_FAULTS[kind];
      return { text: encodeOfficial(edited({ [FIRST_FAULT]: first, [SECOND_FAULT]: second })), rejectedLines: FAULTS };
    }
  }
}

/** Six rows of sixty at fault, one way each: over the gate of 5 %. */
export function tooManyRejects(): string {
  const faults: RowEdit[] = [
    { totalWeeklyShareQuantity: '+5' },
    { totalWeeklyShareQuantity: '0.1234567' },
    { totalWeeklyTradeCount: 'N/A' },
    FIELD_FAULTS.missing_symbol[0],
    FIELD_FAULTS.missing_mpid[0],
    FIELD_FAULTS.tier_mismatch[0],
  ];
  return encodeOfficial(edited(Object.fromEntries(faults.map((fault, index) => [5 + 9 * index, fault]))));
}

/** A row cut short, and one with a pipe inside its name. */
function malformedRow(): RejectFile {
  const lines = encodeOfficial(edited({ [SECOND_FAULT]: { issueName: 'Calder | Bridge Common Stock' } })).split('\n');
  const cutShort = (lines[FIRST_FAULT - 1] ?? '').split('|').slice(0, 5).join('|');
  return { text: lines.with(FIRST_FAULT - 1, cutShort).join('\n'), rejectedLines: FAULTS };
}

/** One row repeated at once, another at the end. */
function duplicateRow(): RejectFile {
  const rows = smallRows();
  const repeated = [...withCopy(rows, FIRST_FAULT, {}), rows[SECOND_FAULT - 2] as OfficialRow];
  return { text: encodeOfficial(repeated), rejectedLines: [FIRST_FAULT + 1, repeated.length + 1] };
}

/** One row repeated with other figures: neither can be believed. */
function conflictingDuplicate(): RejectFile {
  const other = { totalWeeklyShareQuantity: '77700', totalWeeklyTradeCount: '7' };
  const rows = withCopy(smallRows(), FIRST_FAULT, other);
  return { text: encodeOfficial(rows), rejectedLines: [FIRST_FAULT, FIRST_FAULT + 1] };
}

/** `rows` with the one on `line` repeated below itself, but for `edit`. */
function withCopy(rows: readonly OfficialRow[], line: number, edit: RowEdit): OfficialRow[] {
  return rows.toSpliced(line - 1, 0, { ...(rows[line - 2] as OfficialRow), ...edit });
}

/** The small rows, some of them changed; `edits` by line number. */
function edited(edits: Readonly<Record<number, RowEdit>>): OfficialRow[] {
  return smallRows().map((row, index) => ({ ...row, ...edits[index + 2] }));
}

function zero(shares: string): RowEdit {
  return { totalWeeklyShareQuantity: shares, totalWeeklyTradeCount: '0' };
}
