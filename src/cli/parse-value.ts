import type { CalendarDate } from '../domain/calendar-date.ts';
import { FatalError } from '../domain/errors.ts';

/** What some values are read against. */
export interface ParseContext {
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Today in New York. */
  readonly today: CalendarDate;
  readonly runDate: CalendarDate;
}

/**
 * Reads the text of one option. Throws FatalError `bad_option` through `badValue`; whoever knows where the text comes
 * from puts the option before the message and an example after the hint.
 */
export type ValueParser<T> = (text: string, context: ParseContext) => T;

/** The error of a value: `problem` goes on from the value ("must be ..."), `advice` says what to give ("give a number"). */
export function badValue(problem: string, advice: string): FatalError {
  return new FatalError({ code: 'bad_option', message: problem, hint: advice });
}

/** One of `choices`, or a word that `aliases` maps to one of them. `noun` names it in the advice ("a mode"). */
export function oneOf<T extends string>(
  choices: readonly T[],
  noun: string,
  aliases: Readonly<Record<string, NoInfer<T>>> = {},
): ValueParser<T> {
  const words = new Map<string, T>([...choices.map((choice) => [choice, choice] as const), ...Object.entries(aliases)]);
  return (text) => {
    const choice = words.get(text);
    if (choice === undefined) throw badValue(`must be ${orList(choices)}`, `give ${noun}`);
    return choice;
  };
}

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'true', 'yes', 'on'].map((word) => [word, true] as const),
  ...['0', 'false', 'no', 'off'].map((word) => [word, false] as const),
]);

/** Whether a switch's text says yes; what is no such text does not. */
export function saysYes(text: string): boolean {
  return SWITCH_WORDS.get(text.trim().toLowerCase()) === true;
}

/** A switch as an environment variable writes it, in any case. */
export function parseSwitch(text: string): boolean {
  const value = SWITCH_WORDS.get(text.toLowerCase());
  if (value === undefined) throw badValue(`must be ${orList([...SWITCH_WORDS.keys()])}`, 'give yes or no');
  return value;
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
