import { businessDate } from '../domain/clock.ts';
import { FatalError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';
import type { OptionSpec } from './option-spec.ts';
import {
  CONFLICTS,
  environmentVariableOf,
  flagOf,
  OPTIONS,
  type OptionName,
  type OptionValues,
} from './option-table.ts';
import { badValue, type ParseContext } from './parse-value.ts';

/** Flags as commander gives them, by option name: a text, or true for a switch; undefined when not given. */
export type Flags = Readonly<Record<string, unknown>>;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface OptionDeps {
  readonly now: Date;
  readonly cwd: string;
}

/** What an operator wrote for an option, and where. */
interface Given {
  readonly text: string;
  readonly origin: 'flag' | 'environment';
}

/**
 * The values of the named options: from the flag, else from the environment, else the default. A flag displaces an
 * environment value it conflicts with; an empty environment value counts as unset (DESIGN section 2). Throws FatalError
 * `bad_option`.
 */
export function readOptions<N extends OptionName>(
  names: readonly N[],
  flags: Flags,
  env: Environment,
  deps: OptionDeps,
): Pick<OptionValues, N> {
  const given = givenTexts(names, flags, env);
  const today = businessDate(deps.now);
  const atStart = { cwd: deps.cwd, today, runDate: today };
  const context = { ...atStart, runDate: readOption('runDate', given, atStart) };
  const values: Partial<OptionValues> = Object.fromEntries(
    names.map((name) => [name, readOption(name, given, context)]),
  );
  refuseConflicts(given, values);
  return values as Pick<OptionValues, N>;
}

function givenTexts(names: readonly OptionName[], flags: Flags, env: Environment): ReadonlyMap<OptionName, Given> {
  const given = new Map<OptionName, Given>();
  for (const name of names) {
    const flag = flags[name];
    if (flag === true) given.set(name, { text: 'yes', origin: 'flag' });
    else if (typeof flag === 'string') given.set(name, { text: flag.trim(), origin: 'flag' });
  }
  const flagged = new Set(given.keys());
  for (const name of names) {
    const text = env[environmentVariableOf(name)]?.trim() ?? '';
    const displaced = flagged.has(name) || rivalsOf(name).some((rival) => flagged.has(rival));
    if (text !== '' && !displaced) given.set(name, { text, origin: 'environment' });
  }
  return given;
}

function rivalsOf(name: OptionName): OptionName[] {
  return CONFLICTS.flatMap(({ pair: [a, b] }) => (a === name ? [b] : b === name ? [a] : []));
}

function readOption<N extends OptionName>(
  name: N,
  given: ReadonlyMap<OptionName, Given>,
  context: ParseContext,
): OptionValues[N] {
  const spec = OPTIONS[name] as unknown as OptionSpec<OptionValues[N]>;
  const source = given.get(name);
  if (source === undefined) {
    // Only an option whose values include null has no default.
    return spec.default === null ? (null as OptionValues[N]) : spec.parse(spec.default, context);
  }
  try {
    if (source.text === '') throw badValue('must not be empty', 'give a value');
    return spec.parse(source.text, context);
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    const shown = spec.secret && source.text !== '' ? { ...source, text: '...' } : source;
    throw new FatalError({
      code: error.code,
      message: printable(`${written(name, shown)}: ${error.message}`),
      hint: `${error.hint} such as ${written(name, { ...source, text: spec.example })}`,
    });
  }
}

/** Two options that are both given come from one origin: a flag has displaced its rivals in the environment. */
function refuseConflicts(given: ReadonlyMap<OptionName, Given>, values: Partial<OptionValues>): void {
  for (const { pair, clash } of CONFLICTS) {
    const [a, b] = pair.map((name) => given.get(name));
    if (a === undefined || b === undefined || !clash(values)) continue;
    throw new FatalError({
      code: 'bad_option',
      message: printable(`${written(pair[0], a)}, ${written(pair[1], b)}: cannot be given together`),
      hint: a.origin === 'flag' ? 'leave one of them out' : 'unset one of them',
    });
  }
}

/** An option as it stands on the command line or in the environment. */
function written(name: OptionName, { text, origin }: Given): string {
  if (origin === 'environment') return `${environmentVariableOf(name)}=${text}`;
  return OPTIONS[name].value === null ? flagOf(name) : `${flagOf(name)} ${text || "''"}`;
}
