import { printable } from '../../domain/printable.ts';
import type { Style, Tone } from './style.ts';

/** One cell of a table, any text, and how it is painted. */
export interface TableCell {
  readonly text: string;
  readonly tone?: Tone;
}

/** One column: its title, and how its cells stand. */
export interface TableColumn {
  readonly title: string;
  readonly side?: 'left' | 'right';
  readonly cells: readonly TableCell[];
}

const MARGIN = '  ';

/** Cells under their titles, each column as wide as its widest cell, indented by two. */
export function tableLines(style: Style, columns: readonly TableColumn[]): string[] {
  const texts = columns.map((column) => columnTexts(style, column));
  const rows = texts[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, row) => (MARGIN + texts.map((column) => column[row]).join(MARGIN)).trimEnd());
}

/** The width that `columns` take together, margins included. */
export function tableWidth(columns: readonly TableColumn[]): number {
  return columns.reduce((sum, column) => sum + MARGIN.length + columnWidth(column), 0);
}

function columnWidth({ title, cells }: TableColumn): number {
  return cells.reduce((widest, { text }) => Math.max(widest, printable(text).length), title.length);
}

function columnTexts(style: Style, column: TableColumn): string[] {
  const width = columnWidth(column);
  const place = (text: string, painted: string) => {
    const room = ' '.repeat(width - text.length);
    return column.side === 'right' ? room + painted : painted + room;
  };
  return [
    place(column.title, style.paint('quiet', column.title)),
    ...column.cells.map(({ text, tone = 'plain' }) => place(printable(text), style.paint(tone, printable(text)))),
  ];
}
