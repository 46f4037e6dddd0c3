import { weekStartOf } from '../../src/domain/week.ts';
import type { FixtureFile } from './clean-files.ts';
import { encodeCsv, encodeOfficial } from './encode.ts';
import { datedFileName, FORMS, type Form, fixtureFileName, SMALL_PARTITION } from './fixture-paths.ts';
import { createMarket } from './market.ts';
import { nonAtsForm } from './non-ats-form.ts';
import { smallRows } from './small-rows.ts';
import { generateWeek, publicationDay } from './week.ts';

const REORDERED_HEADER = [
  'lastUpdateDate',
  'weekStartDate',
  'initialPublishedDate',
  'MPID',
  'marketParticipantName',
  'totalWeeklyTradeCount',
  'totalWeeklyShareQuantity',
  'issueName',
  'issueSymbolIdentifier',
  'tierIdentifier',
  'tierDescription',
  'lastReportedDate',
];

// Rounded, tiny, and as precise as FINRA takes quantities.
const FRACTIONS = ['250.5', '0.000001', '1999.123456', '17.10'];

const PUBLISHED = { weekEnding: SMALL_PARTITION.weekEnding, tier: 'OTC' } as const;

const FORM_TEXTS: Readonly<Record<Form, () => string>> = {
  official: () => encodeOfficial(smallRows()),
  ordinary_csv: () => encodeCsv(smallRows()),
  csv_bom_crlf: () => `\uFEFF${encodeCsv(smallRows(), { lineEnd: '\r\n' })}`,
  blank_lines: blankLines,
  reordered_columns: reorderedColumns,
  fractional_shares: fractionalShares,
  non_ats: nonAtsForm,
  named_by_publication: namedByPublication,
};

/** The files of `forms/`: a folder for each unusual form of a good file. */
export function formFiles(): FixtureFile[] {
  return FORMS.map((form) => ({ path: `forms/${form}/${formFileName(form)}`, content: FORM_TEXTS[form]() }));
}

function formFileName(form: Form): string {
  if (form !== 'named_by_publication') return fixtureFileName(SMALL_PARTITION);
  const published = publicationDay(PUBLISHED.weekEnding, PUBLISHED.tier);
  return datedFileName(PUBLISHED.tier, published.replaceAll('-', ''));
}

/** FINRA's own form with blank lines before, between and after the rows, and no last line end. */
function blankLines(): string {
  const lines = encodeOfficial(smallRows()).trimEnd().split('\n');
  return ['', ...lines.slice(0, 20), '', '', ...lines.slice(20, 61), '', lines.slice(61).join('\n')]
    .join('\n')
    .trimEnd();
}

function reorderedColumns(): string {
  const more = {
    weekStartDate: weekStartOf(SMALL_PARTITION.weekEnding),
    tierIdentifier: 'T1',
    initialPublishedDate: publicationDay(SMALL_PARTITION.weekEnding, SMALL_PARTITION.tier),
    lastReportedDate: SMALL_PARTITION.weekEnding,
  };
  return encodeOfficial(
    smallRows().map((row) => ({ ...row, ...more })),
    { header: REORDERED_HEADER },
  );
}

/** Every fifth row has a fraction of a share. */
function fractionalShares(): string {
  return encodeOfficial(
    smallRows().map((row, index) =>
      index % 5 === 0
        ? {
            ...row,
            totalWeeklyShareQuantity: FRACTIONS[(index / 5) % FRACTIONS.length] ?? '',
            totalWeeklyTradeCount: '1',
          }
        : row,
    ),
  );
}

/** A file as FINRA names it, by the day it was published: read with `--file-date published`. */
function namedByPublication(): string {
  const { weekEnding, tier } = PUBLISHED;
  const market = createMarket({
    seed: 60,
    listings: { NMS_TIER_1: 0, NMS_TIER_2: 0, OTC: 20 },
    from: weekEnding,
    to: weekEnding,
  });
  return generateWeek({ market, weekEnding, tier, rows: 40 });
}
