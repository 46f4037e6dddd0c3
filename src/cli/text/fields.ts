import { printable } from '../../domain/printable.ts';
import { figure } from './figures.ts';
import { cutStart, hangingLines, WEEK_WIDTH } from './layout.ts';
import type { Style, Tone } from './style.ts';

/** A number of things and what they are. */
export interface Count {
  readonly count: number;
  readonly word: string;
  readonly tone: Tone;
}

// As wide as a week and its margins, so that values stand under the first column of the grid.
const LABEL_WIDTH = 2 + WEEK_WIDTH + 2;

/** A labelled value of the heading or the totals, wrapped under itself. */
export function textField(style: Style, label: string, value: string): string[] {
  return hangingLines(labelCell(style, label), LABEL_WIDTH, printable(value), style.width);
}

/** A labelled value that is mostly a path: one line, cut at its start. */
export function pathField(style: Style, label: string, value: string): string[] {
  return [labelCell(style, label) + cutStart(printable(value), style.width - LABEL_WIDTH, style.ellipsis)];
}

/** Labelled counts, those of nothing left out, broken between them only: `1 failed, 5 ingested`. */
export function countsField(style: Style, label: string, counts: readonly Count[]): string[] {
  const rows = rowsOf(
    counts.filter(({ count }) => count > 0),
    style.width - LABEL_WIDTH,
  );
  return rows.map((row, index) => {
    const head = index === 0 ? labelCell(style, label) : ' '.repeat(LABEL_WIDTH);
    const text = row.map((count) => style.paint(count.tone, countText(count))).join(', ');
    return `${head}${text}${index < rows.length - 1 ? ',' : ''}`;
  });
}

/** A count and its word: `4 awaiting publication`. */
export function countText({ count, word }: Count): string {
  return `${figure(count)} ${word}`;
}

function labelCell(style: Style, label: string): string {
  return `  ${style.paint('quiet', label.padEnd(LABEL_WIDTH - 2))}`;
}

function rowsOf(counts: readonly Count[], width: number): Count[][] {
  const rows: Count[][] = [];
  let room = 0;
  for (const count of counts) {
    const length = countText(count).length + ', '.length;
    if (length > room || rows.length === 0) {
      rows.push([]);
      room = width;
    }
    rows.at(-1)?.push(count);
    room -= length;
  }
  return rows;
}
