import type { StorePartition } from '../../domain/partition.ts';
import { printable } from '../../domain/printable.ts';
import { CAPTURE_CALCS, PIPELINES } from '../../domain/stage.ts';
import type { Phase } from '../../schedule/events.ts';
import type { StageReport } from '../../schedule/report.ts';
import { duration, figure } from './figures.ts';
import { cutEnd, cutStart, NAME_WIDTH, WEEK_WIDTH } from './layout.ts';
import { markOf, type Style, type Tone } from './style.ts';
import { tierName } from './words.ts';

/** What one line under a phase tells: one stage, or the calcs of a partition together. */
export interface StepsDone {
  readonly partition: StorePartition;
  /** Calcs of the partition that share the line, in the order they ended. */
  readonly earlier: readonly StageReport[];
  readonly last: StageReport;
  readonly rejects: number | null;
  readonly locator: string | null;
}

const STATUS_WORDS: Readonly<Record<StageReport['status'], { readonly word: string; readonly tone: Tone }>> = {
  complete: { word: 'ok', tone: 'good' },
  failed: { word: 'failed', tone: 'bad' },
  retry_wait: { word: 'retry', tone: 'warn' },
  deferred: { word: 'wait', tone: 'quiet' },
  cancelled: { word: 'cancel', tone: 'quiet' },
  planned: { word: 'plan', tone: 'quiet' },
};

const WORD_WIDTH = 6;
const TIME_WIDTH = 6;
const ROWS_WIDTH = 8;
const FIGURE_WIDTH = 9;

const PHASES: Readonly<Record<Phase, { readonly title: string; readonly columns: string }>> = {
  ingest: { title: 'Ingest', columns: `${'rows'.padStart(ROWS_WIDTH)}  from` },
  normalize: { title: 'Normalize', columns: figureColumns('rows', 'rejects') },
  calcs: { title: 'Calcs', columns: figureColumns('volume', 'share', 'hhi') },
};

/** A phase's name, as its heading and the progress line have it. */
export function phaseTitle(phase: Phase): string {
  return PHASES[phase].title;
}

/** A phase's title and the names of its columns; `again` when its steps are retried. */
export function phaseHeading(style: Style, phase: Phase, again: boolean): string {
  const { title, columns } = PHASES[phase];
  const text = again ? `${title}, again` : title;
  const names = `${'time'.padStart(prefixWidth(style) - 2 - text.length)}  ${columns}`;
  return style.heading(text) + style.paint('quiet', names);
}

/** One partition's line under a phase: mark, week, tier, time, and what came of it; cut to the width. */
export function stepLine(style: Style, steps: StepsDone, verbose: boolean): string {
  const { partition, earlier, last } = steps;
  const { word, tone } = STATUS_WORDS[last.status];
  const mark = style.marks
    ? `${style.paint(tone, markOf(tone))} `
    : style.word(tone, word) + ' '.repeat(WORD_WIDTH + 2 - word.length);
  const time = duration([...earlier, last].reduce((sum, { seconds }) => sum + seconds, 0)).padStart(TIME_WIDTH);
  const head = `  ${mark}${partition.weekEnding}  ${tierName(partition.tier).padEnd(NAME_WIDTH)} `;
  return `${head}${style.paint('quiet', time)}  ${detail(style, steps, verbose)}`.trimEnd();
}

function detail(style: Style, { earlier, last, locator, rejects }: StepsDone, verbose: boolean): string {
  const room = style.width - prefixWidth(style);
  if (last.status !== 'complete') return troubleDetail(style, last, room);
  if (last.stage === 'RAW') return ingestDetail(style, last, locator, room);
  if (last.stage === 'NORMALIZED') return figureColumns(rowCount(last), figure(rejects ?? 0));
  if (last.stage === 'TIER_SPLIT') return `${figureColumns(rowCount(last))} rows`;
  return calcsDetail(style, [...earlier, last], verbose ? room : null);
}

function ingestDetail(style: Style, stage: StageReport, locator: string | null, room: number): string {
  const file = cutStart(printable(locator ?? ''), room - ROWS_WIDTH - 2, style.ellipsis);
  return `${figureColumns(rowCount(stage))}  ${style.paint('quiet', file)}`;
}

function calcsDetail(style: Style, stages: readonly StageReport[], timesRoom: number | null): string {
  const figures = CAPTURE_CALCS.map((calc) => {
    const done = stages.find(({ stage }) => stage === calc);
    return done === undefined ? '-' : rowCount(done);
  });
  const text = figureColumns(...figures);
  if (timesRoom === null) return text;
  const times = stages.map(({ seconds }) => duration(seconds)).join(' ');
  return `${text}  ${style.paint('quiet', cutEnd(times, timesRoom - text.length - 2, style.ellipsis))}`;
}

function troubleDetail(style: Style, stage: StageReport, room: number): string {
  const { tone } = STATUS_WORDS[stage.status];
  const calc =
    stage.stage === 'RAW' || stage.stage === 'NORMALIZED' ? '' : PIPELINES[stage.stage].replace('compute_', '');
  const message = stage.error === null ? stage.status.replace('_', ' ') : stage.error.message;
  const text = printable([calc, message].filter((part) => part !== '').join(': '));
  return style.paint(tone, cutEnd(text, room, style.ellipsis));
}

function rowCount(stage: StageReport): string {
  return stage.rowCount === null ? '-' : figure(stage.rowCount);
}

function figureColumns(...texts: readonly string[]): string {
  return texts.map((text, index) => text.padStart(index === 0 ? ROWS_WIDTH : FIGURE_WIDTH)).join('');
}

// What stands before a line's detail.
function prefixWidth(style: Style): number {
  return 2 + (style.marks ? 2 : WORD_WIDTH + 2) + WEEK_WIDTH + 2 + NAME_WIDTH + 1 + TIME_WIDTH + 2;
}
