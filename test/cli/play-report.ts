import { stripVTControlCharacters } from 'node:util';
import { type Terminal, terminalOf } from '../../src/cli/terminal.ts';
import { createTextReporter, type TextReporterOptions } from '../../src/cli/text-report.ts';
import type { RunEvent } from '../../src/schedule/events.ts';
import type { RunReport } from '../../src/schedule/report.ts';
import { eventsOf } from './report-builder.ts';

export const PIPE: Terminal = terminalOf({ isTty: false, columns: undefined, env: {} });

export interface Played {
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as one screen or log shows them: in the order they were written. */
  readonly both: string;
}

export interface PlayOptions {
  readonly verbosity?: TextReporterOptions['verbosity'];
  readonly stdout?: Terminal;
  readonly stderr?: Terminal;
  readonly events?: readonly RunEvent[];
}

/** What a reporter writes of a run: its events, then its report. */
export function play(result: RunReport, options: PlayOptions = {}): Played {
  const { verbosity = 'normal', stdout = PIPE, stderr = stdout, events = eventsOf(result) } = options;
  const written: Array<{ readonly stream: 'stdout' | 'stderr'; readonly text: string }> = [];
  const reporter = createTextReporter({
    stdout: { write: (text) => written.push({ stream: 'stdout', text }) },
    stderr: { write: (text) => written.push({ stream: 'stderr', text }) },
    terminal: { stdout, stderr },
    verbosity,
  });
  for (const event of events) reporter.emit(event);
  reporter.finish(result);
  const of = (stream: string) => written.filter((part) => part.stream === stream).map(({ text }) => text);
  return {
    stdout: of('stdout').join(''),
    stderr: of('stderr').join(''),
    both: written.map(({ text }) => text).join(''),
  };
}

/** A terminal of `columns`; colours, unless the environment says otherwise. */
export function tty(columns: number, env: Readonly<Record<string, string>> = {}): Terminal {
  return terminalOf({ isTty: true, columns, env });
}

/** What stays on a screen: a line that was written over is gone, colours are not text. */
export function screenOf(written: string): string[] {
  return written.split('\n').map((line) => stripVTControlCharacters(line.slice(line.lastIndexOf('\r') + 1)));
}
