import type { ErrorDetails } from '../../domain/errors.ts';
import { printable } from '../../domain/printable.ts';
import type { FigureDifference } from '../../operations/compare-figures.ts';
import type { Verification, VerifiedCapture } from '../../operations/verify-captures.ts';
import type { UnknownEntry, VerifiedEntry } from '../../operations/verify-entries.ts';
import { counted } from './figures.ts';
import type { Style } from './style.ts';
import type { Wording } from './words.ts';

type Status = VerifiedCapture['status'];

const VERIFIED_WORDS: Readonly<Record<Status, Wording>> = {
  equal: { word: 'equal', tone: 'good' },
  different: { word: 'different', tone: 'bad' },
  not_verified: { word: 'not verified', tone: 'bad' },
};

const SURPLUS = 'not in the bytes';
const WORD_WIDTH = 12;
const MARGIN = ' '.repeat(WORD_WIDTH + 4);

/** What verifying found of one capture: a line, and below it what is wrong. */
export function verifiedLines(style: Style, capture: VerifiedCapture): string[] {
  const { word, tone } = VERIFIED_WORDS[capture.status];
  const left = capture.notCompared.length === 0 ? '' : `  without ${capture.notCompared.join(', ')}`;
  const details = [
    ...capture.differences.flatMap(differenceLines),
    ...errorLines(capture.error),
    ...entryLines(capture.entry),
  ];
  return [
    `  ${style.word(tone, word)}${' '.repeat(WORD_WIDTH - word.length)}  ${capture.captureId}${left}`,
    ...details.map((line) => MARGIN + printable(line)),
  ];
}

/** An entry of the archive that the database knows nothing of. */
export function unknownEntryLines(style: Style, { file, captureId }: UnknownEntry): string[] {
  const word = 'no capture';
  return [
    `  ${style.word('quiet', word)}${' '.repeat(WORD_WIDTH - word.length)}  ${captureId}`,
    `${MARGIN}the archive lists it in ${printable(file)}, and the database does not hold it`,
  ];
}

/** `5 captures: 3 equal, 1 different, 1 not verified`, without what there is none of. */
export function verifiedTotals({ captures, unknownEntries }: Verification): string {
  const counts = (Object.keys(VERIFIED_WORDS) as Status[]).flatMap((status) => {
    const count = captures.filter((capture) => capture.status === status).length;
    return count === 0 ? [] : [`${count} ${VERIFIED_WORDS[status].word}`];
  });
  const what = counted(captures.length, 'accepted capture');
  const found = counts.length === 0 ? `${what} in the window` : `${what}: ${counts.join(', ')}`;
  const more = unknownEntries.length;
  return more === 0 ? found : `${found}; ${counted(more, 'archived capture')} not in the database`;
}

function errorLines(error: ErrorDetails | null): string[] {
  return error === null ? [] : [error.message, `try: ${error.hint}`];
}

function entryLines({ file, differences, error }: VerifiedEntry): string[] {
  const lines = differences.map(
    ({ field, archive, database }) =>
      `  ${field} ${JSON.stringify(archive)}, in the database ${JSON.stringify(database)}`,
  );
  return [
    ...(lines.length === 0 ? [] : [`the archive lists it otherwise in ${file}:`, ...lines]),
    ...errorLines(error),
  ];
}

function differenceLines({ table, surplus, missing, changed, examples }: FigureDifference): string[] {
  const counts = [
    [changed, 'changed'],
    [surplus, SURPLUS],
    [missing, 'missing'],
  ] as const;
  const words = counts.filter(([count]) => count > 0).map(([count, word]) => `${counted(count, 'row')} ${word}`);
  return [
    `${table}: ${words.join(', ')}`,
    ...examples.map((example) => `  ${example.replace(/^surplus /, `${SURPLUS} `)}`),
  ];
}
