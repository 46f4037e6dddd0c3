import { CommanderError } from 'commander';
import type { Clock } from '../domain/clock.ts';
import { type ErrorDetails, FatalError, internalError, stackOf } from '../domain/errors.ts';
import { addCommands } from './commands/commands.ts';
import { exitCode } from './exit-code.ts';
import { errorFields, type LogLine, logText, wantsJsonLog, wantsStacks } from './log-lines.ts';
import { buildProgram, commanderFailure, type TextSink } from './program.ts';
import type { Environment } from './read-options.ts';
import { type Terminal, terminalOf } from './terminal.ts';
import { errorLines } from './text/diagnostics.ts';
import { styleOf } from './text/style.ts';

/** A stream as reports need it. */
export interface OutputStream extends TextSink {
  readonly isTTY?: boolean;
  readonly columns?: number | undefined;
}

/** The process, as far as the program knows it. */
export interface MainDeps {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  /** Throws FatalError where that folder is gone. */
  readonly cwd: string;
  readonly clock: Clock;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly newRunId: () => string;
  /** Aborted by SIGINT, SIGTERM and SIGHUP, with the signal's name as its reason. */
  readonly interrupted: AbortSignal;
  /** A stack trace as the bundle has it, in places of the sources. */
  readonly inSources: (stack: string) => string;
  /** What kept results from stdout so far, always the same one, or null. */
  readonly outputFault: () => Promise<FatalError | null>;
}

/** Runs the command line and returns the exit code: 0, 1 or 2 (DESIGN section 2). */
export async function main(argv: readonly string[], deps: MainDeps): Promise<number> {
  const { code, told } = await runCommandLine(argv, deps);
  const fault = await deps.outputFault();
  if (fault === null || fault === told) return code;
  tellFailure(fault, null, argv, deps);
  return 2;
}

/** How a command line ended, and the error that its run has told of. */
interface Ended {
  readonly code: number;
  readonly told: ErrorDetails | null;
}

async function runCommandLine(argv: readonly string[], deps: MainDeps): Promise<Ended> {
  let code: number = 0;
  let told: ErrorDetails | null = null;
  const program = buildProgram({
    version: deps.version,
    stdout: deps.stdout,
    stderr: deps.stderr,
    action: async (flags) => {
      // Loaded only now: help, version and bad options need neither the store nor the sources.
      const { runCommand } = await import('./run-command.ts');
      const report = await runCommand(flags, deps);
      told = report.error;
      code = exitCode(report);
    },
  });
  addCommands(program, {
    deps,
    exit: (ended) => {
      code = ended;
    },
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return { code, told };
  } catch (error) {
    const failure = error instanceof CommanderError ? commanderFailure(error) : asFatal(error);
    if (failure === null) return { code: 0, told };
    const isBug = !(error instanceof CommanderError);
    const stack = isBug && wantsStacks(argv, deps.env) ? stackOf(error) : null;
    tellFailure(failure, stack === null ? null : deps.inSources(stack), argv, deps);
    return { code: 2, told };
  }
}

/** How to write to a stream, by what it is and the environment. */
export function terminalFor(stream: OutputStream, env: Environment): Terminal {
  return terminalOf({ isTty: stream.isTTY === true, columns: stream.columns, env });
}

function tellFailure(failure: ErrorDetails, stack: string | null, argv: readonly string[], deps: MainDeps): void {
  const { stderr, clock, env } = deps;
  if (wantsJsonLog(argv, env)) {
    const { message } = failure;
    const line: LogLine = { level: 'error', event: 'command_failed', message, ...errorFields(failure), stack };
    stderr.write(logText(clock.now(), line));
    return;
  }
  const lines = errorLines(styleOf(terminalFor(stderr, env)), failure);
  for (const line of stack === null ? lines : [...lines, stack]) stderr.write(`${line}\n`);
}

/** What to tell the operator of any error: an expected one's own words, or that it is a bug. */
export function asFatal(error: unknown): ErrorDetails {
  if (error instanceof FatalError) return error;
  if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
    return {
      code: 'not_installed',
      message: `the program cannot be loaded: ${error.message.split('\n')[0]}`,
      hint: 'npm ci && npm run build in its folder, or install the package again',
    };
  }
  return internalError(error);
}
