import type { RunReport, Totals } from '../../schedule/report.ts';
import { exitCode, exitMeaning } from '../exit-code.ts';
import { type Count, countsField, countText, textField } from './fields.ts';
import { counted, duration, figure } from './figures.ts';
import { cutEnd } from './layout.ts';
import type { Style } from './style.ts';
import { TOTAL_WORDS } from './words.ts';

/** The run in numbers, when it came as far as a plan; a dry run has only its partitions to count. */
export function totalsLines(style: Style, { mode, partitions, totals }: RunReport): string[] {
  if (partitions.length === 0) return [];
  const lines = [style.heading('Totals'), ...countsField(style, 'partitions', outcomeCounts(mode, totals))];
  if (mode === 'dry-run') return lines;
  return [
    ...lines,
    ...textField(style, 'rows', figure(totals.rows)),
    ...textField(style, 'rejects', figure(totals.rejects)),
    ...textField(style, 'anomalies', figure(totals.anomalies)),
    ...textField(style, 'time', duration(totals.seconds)),
  ];
}

/** The last line of a report: the exit code and what it means. */
export function exitLine(style: Style, report: RunReport): string {
  return `${verdict(style, report)} ${exitMeaning(exitCode(report)).sentence}`;
}

/** The one line of a quiet run: the exit code and the counts, cut on a terminal that is too narrow. */
export function summaryLine(style: Style, report: RunReport): string {
  const { mode, partitions, totals } = report;
  if (partitions.length === 0) return exitLine(style, report);
  const counts = outcomeCounts(mode, totals).filter(({ count }) => count > 0);
  const rejects = totals.rejects > 0 ? [counted(totals.rejects, 'reject')] : [];
  const work = mode === 'dry-run' ? ['dry run'] : [counted(totals.rows, 'row'), ...rejects, duration(totals.seconds)];
  const text = [...counts.map(countText), ...work].join(', ');
  const room = style.wraps ? style.width - verdictText(report).length - 1 : Number.POSITIVE_INFINITY;
  return `${verdict(style, report)} ${cutEnd(text, room, style.ellipsis)}`;
}

function verdict(style: Style, report: RunReport): string {
  return style.paint(exitCode(report) === 0 ? 'good' : 'bad', verdictText(report));
}

function verdictText(report: RunReport): string {
  const code = exitCode(report);
  return `exit ${code}, ${exitMeaning(code).word}:`;
}

function outcomeCounts(mode: RunReport['mode'], totals: Totals): Count[] {
  return TOTAL_WORDS.map(({ total, word, would, tone }) => {
    return { count: totals[total], word: mode === 'dry-run' ? (would ?? word) : word, tone };
  });
}
