import { OFFICIAL_HEADER } from '../../src/finra/columns.ts';
import type { FixtureFile } from './clean-files.ts';
import { encodeCsv, encodeOfficial } from './encode.ts';
import {
  BROKEN_KINDS,
  type BrokenKind,
  fixtureFileName,
  REJECT_KINDS,
  type RejectKind,
  SMALL_PARTITION,
} from './fixture-paths.ts';
import { sharesOverflow, shrunkRows, shrunkShares, shrunkVenues, updatedBeforeWeek } from './gate-files.ts';
import { rejectFile, tooManyRejects } from './reject-files.ts';
import { smallRows } from './small-rows.ts';

const SECOND_NAME = 'nms_tier_1_week_2025-12-19.psv';
const OTHER_MONDAY = '2025-12-08';

const BROKEN_FILES: Readonly<Record<Exclude<BrokenKind, RejectKind>, () => string | Uint8Array>> = {
  missing_column: () =>
    encodeOfficial(smallRows(), { header: OFFICIAL_HEADER.filter((column) => column !== 'totalWeeklyTradeCount') }),
  truncated: () => encodeOfficial(smallRows()).replace(/\|[^|]*\|[^|]*\n$/, ''),
  no_rows: () => encodeOfficial([]),
  empty: () => '',
  wrong_week: () =>
    encodeOfficial(
      smallRows().map((row) => ({ ...row, weekStartDate: OTHER_MONDAY })),
      { header: [...OFFICIAL_HEADER, 'weekStartDate'] },
    ),
  two_files: () => encodeOfficial(smallRows()),
  not_utf8: () => Buffer.from(`\uFEFF${encodeOfficial(smallRows())}`, 'utf16le'),
  malformed_rows: malformedCsv,
  shares_overflow: sharesOverflow,
  too_many_rejects: tooManyRejects,
  shrunk: shrunkRows,
  shrunk_shares: shrunkShares,
  shrunk_venues: shrunkVenues,
  updated_before_week: updatedBeforeWeek,
};

/** The files of `broken/`: a folder for each kind of bad input, with one file (`two_files`: two). */
export function brokenFiles(): FixtureFile[] {
  return BROKEN_KINDS.flatMap((kind) => {
    const content = isRejectKind(kind) ? rejectFile(kind).text : BROKEN_FILES[kind]();
    const names = [fixtureFileName(SMALL_PARTITION), ...(kind === 'two_files' ? [SECOND_NAME] : [])];
    return names.map((name) => ({ path: `broken/${kind}/${name}`, content }));
  });
}

/** An ordinary CSV with a bare comma in one name and text after a closing quote in another. */
function malformedCsv(): string {
  const lines = encodeCsv(smallRows().map((row) => ({ ...row, issueName: 'Calder Bridge Common Stock' }))).split('\n');
  return lines
    .with(11, (lines[11] ?? '').replace('Bridge', 'Bridge, Inc.'))
    .with(40, (lines[40] ?? '').replace('Calder', '"Calder"'))
    .join('\n');
}

function isRejectKind(kind: BrokenKind): kind is RejectKind {
  return (REJECT_KINDS as readonly BrokenKind[]).includes(kind);
}
