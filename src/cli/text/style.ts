import { Chalk } from 'chalk';
import type { Terminal } from '../terminal.ts';

/** What a piece of a report tells the eye. `bad` is all that makes the exit code 1 or 2. */
export type Tone = 'good' | 'plain' | 'quiet' | 'warn' | 'bad';

/** How one stream is written to. Every function leaves the visible length of its text as it is. */
export interface Style {
  /** Characters a line may have. */
  readonly width: number;
  /** Whether long messages are wrapped: on a terminal they are, in a log a message is one line, to be searched. */
  readonly wraps: boolean;
  /** Whether one-character marks stand for words. */
  readonly marks: boolean;
  readonly ellipsis: string;
  paint(tone: Tone, text: string): string;
  heading(text: string): string;
  /** A state's word, painted; a good one needs no colour, a bad one is in capitals where it cannot have one. */
  word(tone: Tone, text: string): string;
}

const MIN_WIDTH = 80;
const MAX_WIDTH = 120;

/** The style of a stream. Red, green and magenta can be read on dark and on light; no meaning rests on them alone. */
export function styleOf(terminal: Terminal): Style {
  const chalk = new Chalk({ level: terminal.color });
  const painters: Readonly<Record<Tone, (text: string) => string>> = {
    good: chalk.green,
    plain: (text) => text,
    quiet: chalk.dim,
    warn: chalk.magenta,
    bad: chalk.red.bold,
  };
  return {
    width: Math.min(Math.max(terminal.columns, MIN_WIDTH), MAX_WIDTH),
    wraps: terminal.isTty,
    marks: terminal.unicode,
    ellipsis: terminal.unicode ? '\u2026' : '...',
    paint: (tone, text) => painters[tone](text),
    heading: (text) => chalk.bold(text),
    word(tone, text) {
      if (tone === 'good') return text;
      return painters[tone](tone === 'bad' && terminal.color === 0 ? text.toUpperCase() : text);
    },
  };
}

/** The one-character mark of a tone, for styles that have marks. */
export function markOf(tone: Tone): string {
  return { good: '\u2713', plain: ' ', quiet: '\u00b7', warn: '!', bad: '\u2717' }[tone];
}
