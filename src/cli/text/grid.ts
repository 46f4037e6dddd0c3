import type { PartitionReport, RunReport, WeekReport } from '../../schedule/report.ts';
import { figure } from './figures.ts';
import { WEEK_WIDTH } from './layout.ts';
import { markOf, type Style } from './style.ts';
import { OUTCOME_WORDS, TIER_SPLIT_WORDS, type Wording } from './words.ts';

/** One cell: a state, and what is worth knowing of it where a line has room. */
interface Cell extends Wording {
  readonly detail: string;
}

/** A column's title and cells as text, padded to its width, top down. */
interface Column {
  readonly width: number;
  readonly texts: readonly string[];
}

const EMPTY: Cell = { word: '', tone: 'plain', detail: '' };
const GAP = 2;
const WIDE_GAP = 4;
// Narrower lines never have room for the details of three tiers; they would come and go with the outcomes.
const WIDE = 110;

/** Weeks by tiers, newest first: what became of each partition and of each week's tier split. */
export function gridLines(style: Style, report: RunReport): string[] {
  if (report.partitions.length === 0) return [];
  const heads = [style.heading('Weeks'.padEnd(2 + WEEK_WIDTH)), ...report.window.weeks.map((week) => `  ${week}`)];
  const detailed = columnsOf(style, report, true);
  const width = detailed.reduce((sum, column) => sum + WIDE_GAP + column.width, 2 + WEEK_WIDTH);
  const fits = style.width >= WIDE && width <= style.width;
  const columns = fits ? detailed : columnsOf(style, report, false);
  const gap = ' '.repeat(fits ? WIDE_GAP : GAP);
  return heads.map((head, row) => [head, ...columns.map(({ texts }) => texts[row])].join(gap).trimEnd());
}

function columnsOf(style: Style, { window, partitions, weeks }: RunReport, detailed: boolean): Column[] {
  const tiers = window.tiers.map((tier) => {
    const cells = window.weeks.map((week) => {
      const found = partitions.find(({ partition }) => partition.weekEnding === week && partition.tier === tier);
      return found === undefined ? EMPTY : partitionCell(found, detailed);
    });
    return columnOf(style, tier, cells);
  });
  const splits = window.weeks.map((week) => {
    const found = weeks.find(({ weekEnding }) => weekEnding === week);
    return found === undefined ? EMPTY : splitCell(found, detailed);
  });
  return [...tiers, columnOf(style, 'tier split', splits)];
}

function partitionCell(report: PartitionReport, detailed: boolean): Cell {
  const { outcome, rows, publishedOn } = report;
  const expected = outcome === 'awaiting' || outcome === 'late';
  const detail = expected ? publishedOn : rows === null ? '' : figure(rows);
  return { ...OUTCOME_WORDS[outcome], detail: detailed ? detail : '' };
}

function splitCell({ tierSplit }: WeekReport, detailed: boolean): Cell {
  const detail = detailed && tierSplit.rowCount !== null ? figure(tierSplit.rowCount) : '';
  return { ...TIER_SPLIT_WORDS[tierSplit.status], detail };
}

function columnOf(style: Style, title: string, cells: readonly Cell[]): Column {
  const details = Math.max(...cells.map(({ detail }) => detail.length), 0);
  const words = Math.max(...cells.map(({ word }) => word.length), 0);
  const markWidth = style.marks ? 2 : 0;
  const width = Math.max(title.length, markWidth + words + (details === 0 ? 0 : 2 + details));
  const texts = cells.map(({ word, tone, detail }) => {
    const mark = style.marks && word !== '' ? `${markOf(tone)} ` : '';
    const room = width - mark.length - word.length;
    const rest = detail === '' ? ' '.repeat(room) : style.paint('quiet', detail.padStart(room));
    return style.paint(tone, mark) + style.word(tone, word) + rest;
  });
  return { width, texts: [style.paint('quiet', title) + ' '.repeat(width - title.length), ...texts] };
}
