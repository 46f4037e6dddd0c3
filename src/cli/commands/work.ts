import type { Command } from 'commander';
import { FatalError } from '../../domain/errors.ts';
import { printable } from '../../domain/printable.ts';
import { type CommandParts, defineAction } from './command.ts';

/** `work list`, `work retry`, `work cancel`, `work reset-stuck`. */
export function addWork(program: Command, parts: CommandParts): void {
  const work = program
    .command('work')
    .helpCommand(false)
    .summary('list, retry, cancel or release work items')
    .description('Work items: one for each stage of each partition, kept from run to run.');
  addList(work, parts);
  addRetry(work, parts);
  addCancel(work, parts);
  addResetStuck(work, parts);
}

function addList(work: Command, parts: CommandParts): void {
  const command = work
    .command('list')
    .summary('list work items')
    .description('Lists work items, the newest week first.');
  defineAction(command, ['state', 'pipeline', 'week'], parts, async (options) => {
    const { listAnswer } = await import('./work-answers.ts');
    return listAnswer(options);
  });
}

function addRetry(work: Command, parts: CommandParts): void {
  const command = work
    .command('retry')
    .argument('[id]', 'the item')
    .summary('put an item back to PENDING, or every FAILED one')
    .description(
      'Puts a FAILED, RETRY_WAIT, CANCELLED or COMPLETE item back to PENDING with no attempts spent. The next run of ' +
        'its week takes it up, or puts it to COMPLETE where it is current; only a run with --force makes that again.',
    );
  defineAction(command, ['failed', 'allowNetworkFs'], parts, async (options, [id]) => {
    if (options.failed === (id !== undefined)) throw badArgument('give either the id of an item or --failed');
    const which = id === undefined ? null : workId(id);
    const { retryAnswer } = await import('./work-answers.ts');
    return retryAnswer(options, which, parts.deps.clock);
  });
}

function addCancel(work: Command, parts: CommandParts): void {
  const command = work
    .command('cancel')
    .argument('<id>', 'the item')
    .summary('keep runs from taking up an item')
    .description('Cancels a PENDING or RETRY_WAIT item: runs leave it alone until it is retried, or forced.');
  defineAction(command, ['allowNetworkFs'], parts, async (options, [text = '']) => {
    const id = workId(text);
    const { cancelAnswer } = await import('./work-answers.ts');
    return cancelAnswer(options, id, parts.deps.clock);
  });
}

function addResetStuck(work: Command, parts: CommandParts): void {
  const command = work
    .command('reset-stuck')
    .summary('release RUNNING items of dead processes')
    .description(
      'Puts RUNNING items whose process is taken for dead back to PENDING. The next run does that by itself for the ' +
        'items of a killed run.',
    );
  defineAction(command, ['olderThan', 'allowNetworkFs'], parts, async (options) => {
    const { resetAnswer } = await import('./work-answers.ts');
    return resetAnswer(options, parts.deps.clock);
  });
}

function workId(text: string): number {
  const id = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw badArgument(`${printable(text)} is not the id of a work item`);
}

function badArgument(message: string): FatalError {
  return new FatalError({ code: 'bad_option', message, hint: 'see work list for the ids' });
}
