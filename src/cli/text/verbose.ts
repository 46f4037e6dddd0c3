import { printable } from '../../domain/printable.ts';
import type { RunReport, WeekReport } from '../../schedule/report.ts';
import { cutStart, hangingLines } from './layout.ts';
import type { Style } from './style.ts';

/** Whether each week can be used, and what stands in the way. */
export function readinessLines(style: Style, { mode, weeks }: RunReport): string[] {
  if (weeks.length === 0 || mode === 'dry-run') return [];
  return [style.heading('Readiness'), ...weeks.flatMap((week) => weekLines(style, week))];
}

/** The source's files that belong to no partition. */
export function unmatchedLines(style: Style, unmatched: readonly string[]): string[] {
  if (unmatched.length === 0) return [];
  const names = unmatched.map((name) => `  ${cutStart(printable(name), style.width - 2, style.ellipsis)}`);
  return [`${style.heading('Unmatched files')}  ${style.paint('quiet', 'belong to no partition')}`, ...names];
}

function weekLines(style: Style, { weekEnding, readiness }: WeekReport): string[] {
  const label = `  ${weekEnding}  `;
  if (readiness.ready) return [`${label}ready`];
  const until = readiness.awaitedUntil === null ? [] : [`awaited until ${readiness.awaitedUntil}`];
  const text = printable(['not ready', ...readiness.blockers, ...until].join('; ').replace('; ', ': '));
  return hangingLines(label, label.length, text, style.width);
}
