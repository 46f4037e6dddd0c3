import { CAPTURE_CALCS } from '../../domain/stage.ts';
import type { StageState } from '../../operations/stage-states.ts';
import type { PartitionStatus, StageStatus } from '../../operations/status.ts';
import type { ShownStatus } from '../status-shown.ts';
import { figure } from './figures.ts';
import { WEEK_WIDTH } from './layout.ts';
import { STAGE_STATE_WORDS, STAGE_WORDS } from './status-words.ts';
import type { Style, Tone } from './style.ts';

interface Cell {
  readonly marks: ReadonlyArray<{ readonly text: string; readonly tone: Tone }>;
  readonly state: StageState;
  readonly detail: string;
}

const GAP = 2;
// Narrower lines never have room for details; they would come and go with the states.
const WIDE = 110;

/** Weeks by tiers, newest first: which stages of each are done, and how the first that is not stands. */
export function statusGridLines(style: Style, { status, window }: ShownStatus): string[] {
  const details = style.width >= WIDE;
  const columns = window.tiers.map((tier) => {
    const cells = status.partitions.filter(({ partition }) => partition.tier === tier);
    return columnOf(
      style,
      tier,
      cells.map((cell) => partitionCell(cell, details)),
    );
  });
  const splits = columnOf(
    style,
    'tier split',
    status.weeks.map(({ tierSplit }) => splitCell(tierSplit)),
  );
  const heads = [style.heading('Weeks'.padEnd(2 + WEEK_WIDTH)), ...window.weeks.map((week) => `  ${week}`)];
  const gap = ' '.repeat(GAP);
  const grid = heads.map((head, row) =>
    [head, ...[...columns, splits].map((column) => column[row])].join(gap).trimEnd(),
  );
  return [...grid, ...legend(style)];
}

function legend(style: Style): string[] {
  const names = (['RAW', 'NORMALIZED', ...CAPTURE_CALCS] as const).map((stage) => {
    const { letter, word } = STAGE_WORDS[stage];
    return `${letter} ${word}`;
  });
  return [`  ${style.paint('quiet', `${names.join(', ')}; - not done, ! failed`)}`];
}

function partitionCell({ stages, state, publication, rows }: PartitionStatus, detailed: boolean): Cell {
  const expected = state === 'awaiting' || state === 'late';
  const detail = expected ? publication.publishedOn : rows === null ? '' : figure(rows);
  return { marks: stages.map(markOfStage), state, detail: detailed ? detail : '' };
}

function splitCell(split: StageStatus): Cell {
  return { marks: [], state: split.state, detail: '' };
}

function markOfStage({ stage, state, isMade }: StageStatus): { text: string; tone: Tone } {
  if (state === 'failed' || state === 'rejected') return { text: '!', tone: 'bad' };
  if (isMade) return { text: STAGE_WORDS[stage].letter, tone: 'plain' };
  return { text: '-', tone: STAGE_STATE_WORDS[state].tone };
}

function columnOf(style: Style, title: string, cells: readonly Cell[]): string[] {
  const words = Math.max(0, ...cells.map(({ state }) => STAGE_STATE_WORDS[state].word.length));
  const details = Math.max(0, ...cells.map(({ detail }) => detail.length));
  const marks = Math.max(0, ...cells.map((cell) => cell.marks.length + (cell.marks.length > 0 ? 1 : 0)));
  const width = Math.max(title.length, marks + words + (details === 0 ? 0 : GAP + details));
  const texts = cells.map((cell) => {
    const { word, tone } = STAGE_STATE_WORDS[cell.state];
    const strip = cell.marks.map((mark) => style.paint(mark.tone, mark.text)).join('');
    const space = cell.marks.length > 0 ? ' ' : '';
    const room = width - cell.marks.length - space.length - word.length;
    const rest = cell.detail === '' ? ' '.repeat(room) : style.paint('quiet', cell.detail.padStart(room));
    return strip + space + style.word(tone, word) + rest;
  });
  return [style.paint('quiet', title) + ' '.repeat(width - title.length), ...texts];
}
