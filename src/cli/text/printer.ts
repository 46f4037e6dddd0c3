import type { TextSink } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { createProgress, type Progress } from './progress.ts';
import { type Style, styleOf } from './style.ts';

/** The streams a report is written to, and what each is. */
export interface Streams {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly terminal: { readonly stdout: Terminal; readonly stderr: Terminal };
}

/** Writes whole lines to both streams, and keeps the progress line out of their way. */
export interface Printer {
  readonly style: Style;
  readonly errorStyle: Style;
  readonly progress: Progress;
  /** Results, to stdout. */
  print(lines: readonly string[]): void;
  /** A part of the results, set off by an empty line from what stands above it. */
  section(lines: readonly string[]): void;
  /** Diagnostics, to stderr; set off where both streams are one screen. */
  diagnose(lines: readonly string[]): void;
}

/** A printer for `streams`; without `live` it never shows a progress line. */
export function createPrinter({ stdout, stderr, terminal }: Streams, live: boolean): Printer {
  const progress = createProgress(stderr, terminal.stderr, live);
  const oneScreen = terminal.stdout.isTty && terminal.stderr.isTty;
  let begun = false;

  function write(output: TextSink, lines: readonly string[]): void {
    if (lines.length === 0) return;
    progress.clear();
    output.write(`${lines.join('\n')}\n`);
  }

  function print(lines: readonly string[]): void {
    write(stdout, lines);
    begun ||= lines.length > 0;
  }

  return {
    style: styleOf(terminal.stdout),
    errorStyle: styleOf(terminal.stderr),
    progress,
    print,
    section: (lines) => print(begun && lines.length > 0 ? ['', ...lines] : lines),
    diagnose: (lines) => write(stderr, begun && oneScreen && lines.length > 0 ? ['', ...lines] : lines),
  };
}
