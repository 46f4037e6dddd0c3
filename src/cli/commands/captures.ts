import type { Command } from 'commander';
import { addOptions, commandFlags } from '../program.ts';
import { CAPTURES_VERIFY_OPTIONS } from './captures-verify-options.ts';
import { COMMON_TEXTS, type CommandParts, defineAction } from './command.ts';

/** `captures`, and beneath it `captures diff` and `captures verify`. */
export function addCaptures(program: Command, parts: CommandParts): void {
  const captures = program
    .command('captures')
    .summary('every stored version of the partitions; compare two')
    .description('Lists every capture: its state, hash, rows and clocks, and when a newer one superseded it.');
  defineAction(captures, ['week', 'tier'], parts, async (options) => {
    const { capturesAnswer } = await import('./captures-answer.ts');
    return capturesAnswer(options);
  });
  addDiff(captures, parts);
  addVerify(captures, parts);
}

function addDiff(captures: Command, parts: CommandParts): void {
  const command = captures
    .command('diff')
    .argument('<older>', 'a capture_id')
    .argument('<newer>', 'the capture_id of another version')
    .summary('what changed from one version to another')
    .description(
      'Compares two captures of one tier: totals, what moved in HHI and venue share, then the rows added, removed and ' +
        'changed, those whose shares moved most first.',
    );
  defineAction(command, ['limit'], parts, async (options, [older = '', newer = '']) => {
    const { diffAnswer } = await import('./captures-answer.ts');
    return diffAnswer(options, older, newer);
  });
}

function addVerify(captures: Command, { deps, exit }: CommandParts): void {
  const command = captures
    .command('verify')
    .summary('make captures again from the archive, and compare')
    .description(
      'Makes every accepted capture of the window again from its archived bytes, and compares all its figures.',
    );
  addOptions(command, CAPTURES_VERIFY_OPTIONS, COMMON_TEXTS).action(async () => {
    const { capturesVerify } = await import('./captures-verify.ts');
    exit(await capturesVerify(commandFlags(command), deps));
  });
}
