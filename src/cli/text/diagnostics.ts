import type { ErrorDetails } from '../../domain/errors.ts';
import { printable } from '../../domain/printable.ts';
import type { Notice } from '../../schedule/report.ts';
import { hangingLines } from './layout.ts';
import type { Style, Tone } from './style.ts';
import { partitionName } from './words.ts';

const SEVERITY_LABELS: Readonly<Record<Notice['severity'], { readonly label: string; readonly tone: Tone }>> = {
  INFO: { label: 'notice:', tone: 'plain' },
  WARN: { label: 'warning:', tone: 'warn' },
  ERROR: { label: 'error:', tone: 'bad' },
  CRITICAL: { label: 'error:', tone: 'bad' },
};

/** An error for stderr: `error: <what>` and `try: <what to do>`; `subject` names the partition it is about. */
export function errorLines(style: Style, error: ErrorDetails, subject = ''): string[] {
  const lines = labelled(style, 'error:', 'bad', subject + error.message);
  return error.hint === '' ? lines : [...lines, ...labelled(style, 'try:', 'plain', error.hint)];
}

/** A notice for stderr: `warning: 2025-12-19 OTC: <message>`. */
export function noticeLines(style: Style, notice: Notice): string[] {
  const { label, tone } = SEVERITY_LABELS[notice.severity];
  const subject = notice.partition === null ? '' : `${partitionName(notice.partition)}: `;
  return labelled(style, label, tone, subject + notice.message);
}

function labelled(style: Style, label: string, tone: Tone, text: string): string[] {
  const head = `${style.paint(tone, label)} `;
  return hangingLines(head, label.length + 1, printable(text), style.wraps ? style.width : Number.POSITIVE_INFINITY);
}
