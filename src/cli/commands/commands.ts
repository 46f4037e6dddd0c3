import type { Command } from 'commander';
import { addBackup } from './backup.ts';
import { addCaptures } from './captures.ts';
import type { CommandParts } from './command.ts';
import { addStatus } from './status.ts';
import { addWork } from './work.ts';

/**
 * Puts the operator commands beside the default run (DESIGN section 7, "operations"). What a command does is loaded when
 * it is called: a run needs none of it.
 */
export function addCommands(program: Command, parts: CommandParts): Command {
  program.commandsGroup('Operator commands:');
  addStatus(program, parts);
  addWork(program, parts);
  addCaptures(program, parts);
  addBackup(program, parts);
  return program;
}
