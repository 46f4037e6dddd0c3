import { type Command, Option } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { MainDeps } from '../main.ts';
import type { OptionName } from '../option-table.ts';
import { addOptions, commandFlags } from '../program.ts';
import type { Flags } from '../read-options.ts';
import { CAPTURES_VERIFY_OPTIONS } from './captures-verify-options.ts';

/** What a command does: its options are read from `flags` and the environment. Throws FatalError (exit 2). */
export type Execute = (flags: Flags, deps: MainDeps) => Promise<ExitCode>;

/** A command beside the run, `<group> <name>`. */
interface OperatorCommand {
  readonly group: keyof typeof GROUPS;
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionName[];
  /** Loads it, which only a command that is called should cost. */
  readonly load: () => Promise<Execute>;
}

const GROUPS = {
  captures: 'the stored versions of partitions',
} as const;

const COMMANDS: readonly OperatorCommand[] = [
  {
    group: 'captures',
    name: 'verify',
    description:
      'Makes every accepted capture of the window again from its archived bytes, and compares all its figures.',
    options: CAPTURES_VERIFY_OPTIONS,
    load: async () => (await import('./captures-verify.ts')).capturesVerify,
  },
];

/** Puts the operator's commands on the program; `call` carries out the one that is called. */
export function addCommands(
  program: Command,
  call: (load: () => Promise<Execute>, flags: Flags) => Promise<void>,
): void {
  const groups = new Map<string, Command>();
  for (const { group, name, description, options, load } of COMMANDS) {
    const parent = groups.get(group) ?? program.command(group).description(GROUPS[group]).helpCommand(false);
    groups.set(group, parent);
    const command = addOptions(parent.command(name).description(description), options);
    command
      .addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Output:'))
      .action(() => call(load, commandFlags(command)));
  }
}
