import type { CommanderError } from 'commander';
import { buildProgram, commanderFailure } from '../../src/cli/program.ts';
import type { Environment } from '../../src/cli/read-options.ts';
import { resolveOptions } from '../../src/cli/resolve-options.ts';
import type { RunOptions } from '../../src/cli/run-options.ts';
import { FatalError } from '../../src/domain/errors.ts';

/** Monday 2026-01-12, noon in New York. */
export const NOW = new Date('2026-01-12T17:00:00Z');

/** The options that an operator's command line and environment come to, at noon of 2026-01-12 in `/work`. */
export function optionsOf(args: readonly string[], env: Environment = {}): RunOptions {
  let options: RunOptions | undefined;
  const sink = { write: () => true };
  const program = buildProgram({
    version: '1.2.3',
    stdout: sink,
    stderr: sink,
    action: (flags) => {
      options = resolveOptions(flags, env, { now: NOW, cwd: '/srv' });
    },
  });
  program.parse(args, { from: 'user' });
  if (options === undefined) throw new Error('the default action did not run');
  return options;
}

/** What the operator is told of a command line and environment that are refused. */
export function refusalOf(args: readonly string[], env: Environment = {}): { message: string; hint: string } {
  try {
    optionsOf(args, env);
  } catch (error) {
    const failure = error instanceof FatalError ? error : commanderFailure(error as CommanderError);
    if (failure?.code === 'bad_option') return { message: failure.message, hint: failure.hint };
    throw error;
  }
  throw new Error(`accepted: ${args.join(' ')}`);
}
