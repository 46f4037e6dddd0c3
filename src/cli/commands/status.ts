import type { Command } from 'commander';
import { type CommandParts, defineAction } from './command.ts';

/** The options of the window, which are the run's own. */
export const STATUS_OPTIONS = [
  'lookbackWeeks',
  'weeks',
  'tiers',
  'runDate',
  'publicationLag',
  'publicationGrace',
] as const;

/** `status`: what is complete, what is missing, and how to mend it. The one command that exits 1, when there are gaps. */
export function addStatus(program: Command, parts: CommandParts): void {
  const command = program
    .command('status')
    .summary('what is complete, what is missing, and how to mend it')
    .description(
      'Shows how each week and tier of the window stands, the gaps with the commands that mend them, the last runs, ' +
        'work items and open anomalies. Reads only; works during a run.',
    )
    .addHelpText('after', EPILOGUE);
  defineAction(command, STATUS_OPTIONS, parts, async (options) => {
    const { statusAnswer } = await import('./status-answer.ts');
    return statusAnswer(options);
  });
}

const EPILOGUE = `
Exit codes:
  0  complete: nothing that is due is missing
  1  gaps: something is due and not complete
  2  it cannot be told: bad options, no database, or one that cannot be read`;
