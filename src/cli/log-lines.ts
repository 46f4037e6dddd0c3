import type { ErrorDetails } from '../domain/errors.ts';
import { jsonLine } from './json-report.ts';
import type { OptionSpec } from './option-spec.ts';
import { environmentVariableOf, flagOf, OPTIONS, type OptionName } from './option-table.ts';
import { saysYes } from './parse-value.ts';
import type { Environment } from './read-options.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A line of the log, but for its time. A field that is null is left out. */
export interface LogLine {
  readonly level: LogLevel;
  /** snake_case, stable: scripts match on it. */
  readonly event: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** The text of a line: one JSON object and a line end, with the time first. */
export function logText(time: Date, line: LogLine): string {
  const present = Object.entries(line).filter(([, value]) => value !== null);
  return jsonLine({ time: time.toISOString(), ...Object.fromEntries(present) });
}

/** An error's fields beside its message, as every line about an error has them. */
export function errorFields(error: ErrorDetails | null): { code?: string; hint?: string } {
  return error === null ? {} : { code: error.code, hint: error.hint };
}

/**
 * Whether diagnostics are to be JSON, as far as a command line says that may not have been understood: by its last
 * `--log-format`, else by the environment.
 */
export function wantsJsonLog(argv: readonly string[], env: Environment): boolean {
  const flag = flagOf('logFormat');
  const given = argv.flatMap((word, index) => {
    if (word === flag) return [argv[index + 1] ?? ''];
    return word.startsWith(`${flag}=`) ? [word.slice(flag.length + 1)] : [];
  });
  const format = given.at(-1) ?? env[environmentVariableOf('logFormat')] ?? '';
  return format.trim() === 'json';
}

/** Whether a bug is to be told with its stack trace, as far as a command line says that may not have been understood. */
export function wantsStacks(argv: readonly string[], env: Environment): boolean {
  if (isGiven('verbose', argv)) return true;
  return !isGiven('quiet', argv) && saysYes(env[environmentVariableOf('verbose')] ?? '');
}

// Letters may stand together behind one dash.
function isGiven(name: OptionName, argv: readonly string[]): boolean {
  const { short }: OptionSpec<unknown> = OPTIONS[name];
  const letter = short?.slice(1) ?? ' ';
  return argv.some((word) => word === flagOf(name) || (/^-[a-z]+$/.test(word) && word.includes(letter)));
}
