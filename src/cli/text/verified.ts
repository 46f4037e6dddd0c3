import { printable } from '../../domain/printable.ts';
import type { FigureDifference } from '../../operations/compare-figures.ts';
import type { VerifiedCapture } from '../../operations/verify-captures.ts';
import { counted } from './figures.ts';
import type { Style } from './style.ts';
import type { Wording } from './words.ts';

type Status = VerifiedCapture['status'];

const VERIFIED_WORDS: Readonly<Record<Status, Wording>> = {
  equal: { word: 'equal', tone: 'good' },
  different: { word: 'different', tone: 'bad' },
  not_verified: { word: 'not verified', tone: 'bad' },
};

const WORD_WIDTH = 12;
const MARGIN = ' '.repeat(WORD_WIDTH + 4);

/** What verifying found of one capture: a line, and below it what is wrong. */
export function verifiedLines(style: Style, capture: VerifiedCapture): string[] {
  const { word, tone } = VERIFIED_WORDS[capture.status];
  const left = capture.notCompared.length === 0 ? '' : `  without ${capture.notCompared.join(', ')}`;
  const details = [
    ...capture.differences.flatMap(differenceLines),
    ...(capture.error === null ? [] : [capture.error.message, `try: ${capture.error.hint}`]),
  ];
  return [
    `  ${style.word(tone, word)}${' '.repeat(WORD_WIDTH - word.length)}  ${capture.captureId}${left}`,
    ...details.map((line) => MARGIN + printable(line)),
  ];
}

/** `5 captures: 3 equal, 1 different, 1 not verified`, without what there is none of. */
export function verifiedTotals(captures: readonly VerifiedCapture[]): string {
  const counts = (Object.keys(VERIFIED_WORDS) as Status[]).flatMap((status) => {
    const count = captures.filter((capture) => capture.status === status).length;
    return count === 0 ? [] : [`${count} ${VERIFIED_WORDS[status].word}`];
  });
  const what = counted(captures.length, 'accepted capture');
  return counts.length === 0 ? `${what} in the window` : `${what}: ${counts.join(', ')}`;
}

function differenceLines({ table, surplus, missing, changed, examples }: FigureDifference): string[] {
  const counts = [
    [changed, 'changed'],
    [surplus, 'not in the bytes'],
    [missing, 'missing'],
  ] as const;
  const words = counts.filter(([count]) => count > 0).map(([count, word]) => `${counted(count, 'row')} ${word}`);
  return [`${table}: ${words.join(', ')}`, ...examples.map((example) => `  ${example}`)];
}
