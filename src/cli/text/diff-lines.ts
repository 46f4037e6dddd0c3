import { printable } from '../../domain/printable.ts';
import { type Quantity, quantityDigits, quantityOf } from '../../domain/quantity.ts';
import type { CaptureDiff } from '../../operations/diff-captures.ts';
import type { BeforeAfter, RowDifference, VenuePresence } from '../../store/capture-diff.ts';
import type { RatioMoves } from '../../store/capture-moves.ts';
import { captureText } from './capture-lines.ts';
import { textField } from './fields.ts';
import { counted, figure } from './figures.ts';
import { cutEnd } from './layout.ts';
import type { Style } from './style.ts';
import { type TableColumn, tableLines, tableWidth } from './table.ts';

/** What two captures differ in: the captures, totals, the largest moves, then the rows. */
export function diffLines(style: Style, diff: CaptureDiff): string[] {
  const { changes } = diff.totals;
  const sections = [
    [style.heading('Older'), ...captureText(style, diff.older)],
    [style.heading('Newer'), ...captureText(style, diff.newer)],
    totalsLines(style, diff),
    moveLines(style, 'HHI', 'symbols', diff.hhi),
    moveLines(style, 'Venue share', 'venue shares', diff.venueShare),
    rowLines(style, 'Added', changes.added, diff.added),
    rowLines(style, 'Removed', changes.removed, diff.removed),
    rowLines(style, 'Changed', changes.changed, diff.changed),
  ];
  return sections.flatMap((section, index) => (index === 0 ? section : ['', ...section]));
}

function totalsLines(style: Style, { totals, venues }: CaptureDiff): string[] {
  const { changes, symbols, shares, trades } = totals;
  const kept = changes.changed + changes.notional + changes.same;
  const rows = { older: changes.removed + kept, newer: changes.added + kept };
  const measures: Array<[string, BeforeAfter<Quantity>]> = [
    ['rows', quantities(rows)],
    ['symbols', quantities(symbols)],
    ['venues', quantities(venues)],
    ['shares', shares],
    ['trades', trades],
  ];
  const columns: TableColumn[] = [
    { title: '', cells: measures.map(([name]) => ({ text: name, tone: 'quiet' })) },
    numbers(
      'older',
      measures.map(([, { older }]) => quantityText(older)),
    ),
    numbers(
      'newer',
      measures.map(([, { newer }]) => quantityText(newer)),
    ),
    numbers(
      'change',
      measures.map(([, each]) => changeText(each.newer - each.older)),
    ),
  ];
  const parts = [
    `${figure(changes.added)} added`,
    `${figure(changes.removed)} removed`,
    `${figure(changes.changed)} changed`,
    ...(changes.notional === 0 ? [] : [`${figure(changes.notional)} changed in notional alone`]),
    `${figure(changes.same)} unchanged`,
  ];
  return [
    style.heading('Summary'),
    ...tableLines(style, columns),
    ...textField(style, 'rows', parts.join(', ')),
    ...textField(style, 'symbols', `${figure(symbols.added)} added, ${figure(symbols.removed)} removed`),
    ...textField(style, 'venues', `${venuesText(venues.added, 'added')}, ${venuesText(venues.removed, 'removed')}`),
  ];
}

function venuesText(venues: readonly VenuePresence[], verb: string): string {
  const names = venues.map(({ mpid }) => mpid).join(' ');
  return `${figure(venues.length)} ${verb}${names === '' ? '' : ` (${names})`}`;
}

function moveLines(style: Style, title: string, of: string, { compared, moved, largest }: RatioMoves): string[] {
  const head = `${style.heading(title)}  ${figure(moved)} of ${figure(compared)} ${of} moved`;
  if (largest.length === 0) return [head];
  const mpids = largest.flatMap(({ mpid }) => (mpid === null ? [] : [mpid]));
  const columns: TableColumn[] = [
    keys(
      style,
      'symbol',
      largest.map(({ symbol }) => symbol),
    ),
    ...(mpids.length === 0 ? [] : [keys(style, 'venue', mpids)]),
    numbers(
      'older',
      largest.map(({ ratio }) => ratioText(ratio.older)),
    ),
    numbers(
      'newer',
      largest.map(({ ratio }) => ratioText(ratio.newer)),
    ),
    numbers(
      'change',
      largest.map(({ ratio }) => signed(ratio.newer - ratio.older, ratioText)),
    ),
  ];
  return [head, ...tableLines(style, withIssues(style, columns, largest))];
}

function rowLines(style: Style, title: string, count: number, rows: readonly RowDifference[]): string[] {
  const shown = rows.length < count ? `, the ${figure(rows.length)} shown moved most shares` : '';
  const head = `${style.heading(title)}  ${counted(count, 'row')}${shown}`;
  if (rows.length === 0) return [`${style.heading(title)}  ${counted(count, 'row')}`];
  const columns: TableColumn[] = [
    keys(
      style,
      'symbol',
      rows.map(({ symbol }) => symbol),
    ),
    keys(
      style,
      'venue',
      rows.map(({ mpid }) => mpid),
    ),
    ...beforeAfter(
      'shares',
      rows.map(({ shares }) => shares),
    ),
    ...beforeAfter(
      'trades',
      rows.map(({ trades }) => trades),
    ),
  ];
  return [head, ...tableLines(style, withIssues(style, columns, rows))];
}

// Rows that were added have no figures before, and removed ones none after: such a column says nothing.
function beforeAfter(measure: string, figures: ReadonlyArray<BeforeAfter<Quantity | null>>): TableColumn[] {
  const older = figures.map((each) => (each.older === null ? '' : quantityText(each.older)));
  const newer = figures.map((each) => (each.newer === null ? '' : quantityText(each.newer)));
  const [hasOlder, hasNewer] = [older, newer].map((cells) => cells.some((text) => text !== ''));
  if (hasOlder && hasNewer) return [numbers(`old ${measure}`, older), numbers(`new ${measure}`, newer)];
  return [numbers(measure, hasOlder ? older : newer)];
}

// FINRA's symbols and MPIDs have a dozen characters at most; a damaged file's may have thousands, and would push the
// figures of every row out of sight.
const LONGEST_KEY = 20;

function keys(style: Style, title: string, values: readonly string[]): TableColumn {
  return texts(
    title,
    values.map((value) => cutEnd(printable(value), LONGEST_KEY, style.ellipsis)),
  );
}

const LEAST_NAME = 8;

/** The columns with the issue names last, cut to what the line has room for; without them where that is too little. */
function withIssues(
  style: Style,
  columns: readonly TableColumn[],
  rows: ReadonlyArray<{ readonly issueName: string }>,
): TableColumn[] {
  const room = style.width - tableWidth(columns) - 2;
  if (room < LEAST_NAME) return [...columns];
  const cells = rows.map(({ issueName }) => cutEnd(printable(issueName), room, style.ellipsis));
  return [...columns, { title: 'issue', cells: cells.map((text) => ({ text, tone: 'quiet' })) }];
}

function texts(title: string, values: readonly string[]): TableColumn {
  return { title, cells: values.map((text) => ({ text })) };
}

function numbers(title: string, values: readonly string[]): TableColumn {
  return { title, side: 'right', cells: values.map((text) => ({ text })) };
}

function quantities({ older, newer }: BeforeAfter<number>): BeforeAfter<Quantity> {
  return { older: quantityOf(older), newer: quantityOf(newer) };
}

function quantityText(quantity: Quantity): string {
  const [whole = '', decimals] = quantityDigits(quantity).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

function changeText(change: Quantity): string {
  return change > 0 ? `+${quantityText(change)}` : quantityText(change);
}

function ratioText(ratio: number): string {
  return ratio.toFixed(6);
}

function signed(change: number, text: (value: number) => string): string {
  return change > 0 ? `+${text(change)}` : text(change);
}
