import { printable } from '../../domain/printable.ts';
import type { ListedCapture } from '../../store/capture-queries.ts';
import { counted, instantText } from './figures.ts';
import type { Style, Tone } from './style.ts';
import { partitionName } from './words.ts';

const HASH_SHOWN = 12;

/** Captures under their partitions, each by its whole id, for `captures diff` takes it. */
export function captureLines(style: Style, captures: readonly ListedCapture[]): string[] {
  if (captures.length === 0) return [`${style.heading('Captures')}  none`];
  let partition = '';
  return captures.flatMap((capture, index) => {
    const name = partitionName(capture.partition);
    const head = name === partition ? [] : [...(index === 0 ? [] : ['']), style.heading(name)];
    partition = name;
    return [...head, ...captureText(style, capture)];
  });
}

/** One capture: its id and state, what it holds, and its clocks. */
export function captureText(style: Style, capture: ListedCapture): string[] {
  const { word, tone } = standing(capture);
  return [
    `  ${printable(capture.captureId)}  ${style.paint(tone, word)}`,
    `    ${style.paint('quiet', printable(contents(capture)))}`,
    `    ${style.paint('quiet', clocks(capture))}`,
  ];
}

function standing({ state, supersededAt }: ListedCapture): { word: string; tone: Tone } {
  if (state !== 'accepted') return { word: state, tone: state === 'rejected' ? 'bad' : 'warn' };
  return supersededAt === null ? { word: 'latest', tone: 'good' } : { word: 'superseded', tone: 'quiet' };
}

function contents({ rawCount, rejectCount, contentHash, sourceLastUpdateDate, source }: ListedCapture): string {
  return [
    counted(rawCount, 'row'),
    ...(rejectCount === null ? [] : [counted(rejectCount, 'reject')]),
    `from ${source}`,
    `hash ${contentHash.slice(0, HASH_SHOWN)}`,
    ...(sourceLastUpdateDate === null ? [] : [`updated ${sourceLastUpdateDate}`]),
  ].join(', ');
}

function clocks({ ingestedAt, capturedAt, supersededAt }: ListedCapture): string {
  if (capturedAt === null) return `ingested ${instantText(ingestedAt)}`;
  const captured = `captured ${instantText(capturedAt)}`;
  return supersededAt === null ? captured : `${captured}, superseded ${instantText(supersededAt)}`;
}
