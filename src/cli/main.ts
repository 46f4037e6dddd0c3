import { CommanderError } from 'commander';
import type { Clock } from '../domain/clock.ts';
import { type ErrorDetails, FatalError } from '../domain/errors.ts';
import { exitCode } from './exit-code.ts';
import { buildProgram, commanderFailure, type TextSink } from './program.ts';
import type { Environment } from './read-options.ts';
import { type Terminal, terminalOf } from './terminal.ts';
import { errorLines } from './text/diagnostics.ts';
import { styleOf } from './text/style.ts';

/** A stream as reports need it. */
export interface OutputStream extends TextSink {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The process, as far as the program knows it. */
export interface MainDeps {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  readonly cwd: string;
  readonly clock: Clock;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly newRunId: () => string;
  /** Aborted by SIGINT and SIGTERM, with the signal's name as its reason. */
  readonly interrupted: AbortSignal;
}

/** Runs the command line and returns the exit code: 0, 1 or 2 (DESIGN section 2). */
export async function main(argv: readonly string[], deps: MainDeps): Promise<number> {
  let code: number = 0;
  const program = buildProgram({
    version: deps.version,
    stdout: deps.stdout,
    stderr: deps.stderr,
    action: async (flags) => {
      // Loaded only now: help, version and bad options need neither the store nor the sources.
      const { runCommand } = await import('./run-command.ts');
      code = exitCode(await runCommand(flags, deps));
    },
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    const failure = error instanceof CommanderError ? commanderFailure(error) : asFatal(error);
    if (failure === null) return 0;
    const style = styleOf(terminalFor(deps.stderr, deps.env));
    for (const line of errorLines(style, failure)) deps.stderr.write(`${line}\n`);
    if (argv.includes('--verbose') && error instanceof Error && !(error instanceof FatalError)) {
      deps.stderr.write(`${error.stack}\n`);
    }
    return 2;
  }
}

/** How to write to a stream, by what it is and the environment. */
export function terminalFor(stream: OutputStream, env: Environment): Terminal {
  return terminalOf({ isTty: stream.isTTY === true, columns: stream.columns, env });
}

function asFatal(error: unknown): ErrorDetails {
  if (error instanceof FatalError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal_error',
    message: `internal error: ${message}`,
    hint: 'run again with --verbose and report this',
  };
}
