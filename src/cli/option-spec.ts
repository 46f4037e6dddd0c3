import { parseSwitch, type ValueParser } from './parse-value.ts';

/** A heading of the help. */
type OptionGroup =
  | 'Selection'
  | 'Window'
  | 'Source'
  | 'API source'
  | 'Store'
  | 'Run'
  | 'Quality gates'
  | 'Monitoring'
  | 'Output';

/** One option: all that the parser, the help, the environment and the errors need to know of it. */
export interface OptionSpec<T> {
  readonly group: OptionGroup;
  /** One letter, for the options typed most. */
  readonly short?: string;
  /** The value's placeholder in the help; null for a switch, which takes none. */
  readonly value: string | null;
  readonly parse: ValueParser<T>;
  /** The text that stands for an option nobody gave; null when that means nothing. */
  readonly default: string | null;
  /** A good value, shown by errors. */
  readonly example: string;
  readonly description: string;
  /** Whether its value is kept out of what the program prints. */
  readonly secret?: true;
}

/** A value option; its default is its example, unless one is given. */
export function value<T>(
  spec: Omit<OptionSpec<T>, 'value' | 'default' | 'example'> & { value: string; default: string; example?: string },
): OptionSpec<T> {
  return { example: spec.default, ...spec };
}

/** An option that is either there or not. */
export function toggle(spec: Pick<OptionSpec<boolean>, 'group' | 'short' | 'description'>): OptionSpec<boolean> {
  return { ...spec, value: null, parse: parseSwitch, default: 'no', example: 'yes' };
}
