import { Command, CommanderError, Option } from 'commander';
import { FatalError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';
import { DESCRIPTION, HELP_WIDTH, helpEpilogue, PROGRAM_NAME } from './help-text.ts';
import type { OptionSpec } from './option-spec.ts';
import { ALL_OPTION_NAMES, flagOf, OPTION_NAMES, OPTIONS, type OptionName } from './option-table.ts';
import type { Flags } from './read-options.ts';

/** Where a text goes; a Node stream is one. */
export interface TextSink {
  write(text: string): unknown;
}

export interface ProgramParts {
  readonly version: string;
  /** The default run. */
  readonly action: (flags: Flags) => void | Promise<void>;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
}

/**
 * The command line, without subcommands. Parsing throws commander's `CommanderError` instead of ending the process and
 * prints no error: the caller says what `commanderFailure` makes of it.
 */
export function buildProgram({ version, action, stdout, stderr }: ProgramParts): Command {
  const program = new Command(PROGRAM_NAME)
    .description(DESCRIPTION)
    .allowExcessArguments(false)
    // Options after a subcommand's name are the subcommand's own, also where both know one of that name.
    .enablePositionalOptions()
    .exitOverride((error) => {
      throw error.code === 'commander.excessArguments' ? unexpectedArgument(program) : error;
    })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  addOptions(program, OPTION_NAMES);
  return program
    .optionsGroup('Output:')
    .version(version, '--version', 'print the version')
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Output:'))
    .addHelpText('after', helpEpilogue())
    .action(() => action(program.opts()));
}

/**
 * Puts the named options of the table on any command, some with a description of the command's own. Their values stay
 * texts: `readOptions` reads them.
 */
export function addOptions(
  command: Command,
  names: readonly OptionName[],
  descriptions: Partial<Record<OptionName, string>> = {},
): Command {
  for (const name of names) {
    const spec: OptionSpec<unknown> = OPTIONS[name];
    const description = describe({ ...spec, description: descriptions[name] ?? spec.description });
    command.addOption(new Option(flagsOf(name), description).helpGroup(`${spec.group}:`));
  }
  return command;
}

/**
 * The flags of a subcommand, with those given before its name. Throws FatalError `bad_option` for one of those that the
 * subcommand does not have.
 */
export function commandFlags(command: Command): Flags {
  const known = new Set(command.options.map((option) => option.attributeName()));
  const before = flagsBefore(command);
  const foreign = Object.keys(before).find((name) => !known.has(name));
  if (foreign !== undefined) {
    const flag = flagOf(foreign as OptionName);
    throw badCommandLine(`${flag}: not an option of ${command.name()}`, `leave it out, or ${SEE_HELP}`);
  }
  return { ...before, ...command.opts() };
}

function flagsBefore({ parent }: Command): Flags {
  return parent === null ? {} : { ...flagsBefore(parent), ...parent.opts() };
}

/** What to tell the operator of an error of the parser (exit 2); null for `--help` and `--version` (exit 0). */
export function commanderFailure(error: CommanderError): FatalError | null {
  if (error.exitCode === 0) return null;
  if (error.code === 'commander.help') return badCommandLine('a command is missing', SEE_HELP);
  const missing = ALL_OPTION_NAMES.find(
    (name) => error.message === `error: option '${flagsOf(name)}' argument missing`,
  );
  if (missing !== undefined) {
    const flag = flagOf(missing);
    return badCommandLine(`${flag}: its value is missing`, `give one such as ${flag} ${OPTIONS[missing].example}`);
  }
  const [, what = error.message, guess] = COMMANDER_MESSAGE.exec(error.message) ?? [];
  const toggle = ALL_OPTION_NAMES.find((name) => OPTIONS[name].value === null && what.includes(`'${flagOf(name)}=`));
  if (toggle !== undefined) return badCommandLine(what, `write ${flagOf(toggle)} alone, it takes no value`);
  return badCommandLine(what, guess === undefined ? SEE_HELP : `write ${guess}, or ${SEE_HELP}`);
}

const SEE_HELP = `see ${PROGRAM_NAME} --help`;

const COMMANDER_MESSAGE = /^(?:error: )?(.*?)(?:\n\(Did you mean (.+)\?\))?$/s;

function badCommandLine(message: string, hint: string): FatalError {
  return new FatalError({ code: 'bad_option', message: printable(message), hint });
}

/** Commander counts the arguments it did not expect; this error names the first. */
function unexpectedArgument(program: Command): CommanderError {
  const command = calledCommand(program);
  const argument = command.args[command.registeredArguments.length] ?? '';
  return new CommanderError(2, 'commander.excessArguments', `unexpected argument '${argument}'`);
}

function calledCommand(command: Command): Command {
  const next = command.commands.find((candidate) => candidate.name() === command.args[0]);
  return next === undefined ? command : calledCommand(next);
}

function flagsOf(name: OptionName): string {
  const { short, value }: OptionSpec<unknown> = OPTIONS[name];
  return `${short === undefined ? '' : `${short}, `}${flagOf(name)}${value === null ? '' : ` ${value}`}`;
}

function describe(spec: OptionSpec<unknown>): string {
  return spec.value === null || spec.default === null
    ? spec.description
    : `${spec.description} (default: ${spec.default})`;
}
