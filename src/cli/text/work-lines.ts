import { printable } from '../../domain/printable.ts';
import type { WorkState } from '../../domain/work-state.ts';
import type { ChangedItem } from '../../operations/work.ts';
import type { ListedItem } from '../../store/work-queries.ts';
import { type MendPlaces, mendWords, REMAKE_HINT } from '../mend-words.ts';
import { commandLines } from './command-lines.ts';
import { type Count, countText } from './fields.ts';
import { counted, instantText } from './figures.ts';
import { hangingLines } from './layout.ts';
import { WORK_STATE_WORDS } from './status-words.ts';
import type { Style, Tone } from './style.ts';
import { tableLines } from './table.ts';
import { tierName } from './words.ts';

/** Counts of one line, those of nothing left out: `3 failed, 86 complete`; `none` where nothing is left. */
export function countsText(style: Style, counts: readonly Count[]): string {
  const some = counts.filter(({ count }) => count > 0);
  return some.length === 0 ? 'none' : some.map((each) => style.paint(each.tone, countText(each))).join(', ');
}

/** Work items by state, those that need attention first: `3 failed, 86 complete`. */
export function workSummary(style: Style, counts: Readonly<Record<WorkState, number>>): string {
  return countsText(
    style,
    WORK_STATE_WORDS.map(({ state, word, tone }) => ({ count: counts[state], word, tone })),
  );
}

/** Items as a table, each with what keeps it from being complete on a line of its own. */
function itemLines(style: Style, items: readonly ListedItem[]): string[] {
  const table = tableLines(style, [
    { title: 'id', side: 'right', cells: items.map(({ id }) => ({ text: String(id) })) },
    { title: 'state', cells: items.map(({ state }) => ({ text: state, tone: toneOf(state) })) },
    { title: 'pipeline', cells: items.map(({ pipeline }) => ({ text: pipeline })) },
    { title: 'week', cells: items.map(({ partition }) => ({ text: partition.weekEnding })) },
    { title: 'tier', cells: items.map(({ partition }) => ({ text: tierName(partition.tier) })) },
    {
      title: 'tries',
      side: 'right',
      cells: items.map((item) => ({ text: `${item.attemptCount}/${item.maxAttempts}` })),
    },
  ]);
  const [head = '', ...rows] = table;
  return [head, ...rows.flatMap((row, index) => [row, ...remarkLines(style, items[index])])];
}

/** The whole of `work list`. */
export function workListLines(style: Style, items: readonly ListedItem[]): string[] {
  const counts = Object.fromEntries(
    WORK_STATE_WORDS.map(({ state }) => [state, items.filter((item) => item.state === state).length]),
  ) as Record<WorkState, number>;
  const title = `${style.heading('Work items')}  ${workSummary(style, counts)}`;
  return items.length === 0 ? [title] : [title, ...itemLines(style, items)];
}

/** What `work retry`, `work cancel` and `work reset-stuck` changed. */
export function changedLines(style: Style, changed: readonly ChangedItem[], places: MendPlaces): string[] {
  if (changed.length === 0) return [`${style.heading('Work items')}  nothing to change`];
  const title = `${style.heading('Work items')}  ${counted(changed.length, 'item')} changed`;
  const columns = [
    { title: 'id', side: 'right' as const, cells: changed.map(({ item }) => ({ text: String(item.id) })) },
    { title: 'was', cells: changed.map(({ from }) => ({ text: from, tone: 'quiet' as const })) },
    { title: 'is', cells: changed.map(({ item }) => ({ text: item.state })) },
    { title: 'pipeline', cells: changed.map(({ item }) => ({ text: item.pipeline })) },
    { title: 'week', cells: changed.map(({ item }) => ({ text: item.partition.weekEnding })) },
    { title: 'tier', cells: changed.map(({ item }) => ({ text: tierName(item.partition.tier) })) },
  ];
  return [title, ...tableLines(style, columns), ...changed.flatMap((each) => remakeLines(style, each, places))];
}

function remakeLines(style: Style, { item, remake }: ChangedItem, places: MendPlaces): string[] {
  if (remake === null) return [];
  const text = `item ${item.id}: ${REMAKE_HINT}:`;
  return [...hangingLines('  ', 2, text, widthOf(style)), ...commandLines(style, mendWords(remake, places))];
}

function toneOf(state: WorkState): Tone {
  return WORK_STATE_WORDS.find((wording) => wording.state === state)?.tone ?? 'plain';
}

const REMARK_INDENT = 6;

function remarkLines(style: Style, item: ListedItem | undefined): string[] {
  const text = item === undefined ? null : remarkOf(item);
  if (text === null) return [];
  return hangingLines(' '.repeat(REMARK_INDENT), REMARK_INDENT, printable(text), widthOf(style));
}

// In a log a remark is one line, to be searched.
function widthOf(style: Style): number {
  return style.wraps ? style.width : Number.POSITIVE_INFINITY;
}

function remarkOf(item: ListedItem): string | null {
  switch (item.state) {
    case 'FAILED':
      return `failed ${at(item.lastErrorAt)}: ${item.lastError}`;
    case 'RETRY_WAIT':
      return `next attempt ${at(item.nextAttemptAt)}, after ${item.lastError}`;
    case 'RUNNING':
      return `claimed by ${item.lockedBy} ${at(item.lockedAt)}`;
    default:
      return null;
  }
}

function at(instant: string | null): string {
  return instant === null ? 'at an unknown time' : instantText(instant);
}
