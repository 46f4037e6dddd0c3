/** Colours a stream shows: none, the basic 16, 256, or all of them. */
export type ColorLevel = 0 | 1 | 2 | 3;

/** What a report has to know of the stream it is written to. */
export interface Terminal {
  /** Whether people watch it, on a terminal that can rewrite a line. */
  readonly isTty: boolean;
  /** Characters in a line; 100 where there is no terminal. */
  readonly columns: number;
  readonly color: ColorLevel;
  /** Whether marks such as a tick may be written; layout beyond ASCII is for terminals only. */
  readonly unicode: boolean;
}

/** A stream as the process sees it, and the environment. */
export interface TerminalFacts {
  readonly isTty: boolean;
  readonly columns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const PLAIN_COLUMNS = 100;
const UNKNOWN_COLUMNS = 80;

/**
 * How to write to a stream. `FORCE_COLOR` (0 to 3, true, false; anything else counts as 1) wins over `NO_COLOR` (any
 * value), as in Node itself; either one empty counts as not set. Otherwise colour is for terminals. One whose `TERM` is
 * `dumb` cannot rewrite a line and counts as none. Forced colour does not make a terminal: no progress line, no marks.
 */
export function terminalOf({ isTty, columns, env }: TerminalFacts): Terminal {
  const capable = isTty && env.TERM !== 'dumb';
  const color = forcedColor(env.FORCE_COLOR) ?? (capable && !env.NO_COLOR ? 1 : 0);
  if (!capable) return { isTty: false, columns: PLAIN_COLUMNS, color, unicode: false };
  return { isTty, columns: columns || UNKNOWN_COLUMNS, color, unicode: writesUnicode(env) };
}

function forcedColor(value: string | undefined): ColorLevel | undefined {
  if (value === undefined || value === '') return undefined;
  if (value === '0' || value === 'false') return 0;
  if (value === '2') return 2;
  return value === '3' ? 3 : 1;
}

// The Linux console's font has no tick; a locale that names another character set means it.
function writesUnicode(env: TerminalFacts['env']): boolean {
  if (env.TERM === 'linux') return false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return locale === '' || /utf-?8/i.test(locale);
}
