import type { Command } from 'commander';
import { type CommandParts, defineAction } from './command.ts';

/** `backup <file>`: a checked copy of the live database. */
export function addBackup(program: Command, parts: CommandParts): void {
  const command = program
    .command('backup')
    .argument('<file>', 'the copy to make; an existing file is never overwritten')
    .summary('make a checked copy of the live database')
    .description('Copies the live database to a new file, also during a run: consistent, checked, and on the disk.');
  defineAction(command, [], parts, async (options, [file = '']) => {
    const { backupAnswer } = await import('./backup-answer.ts');
    return backupAnswer(options, file, parts.deps);
  });
}
