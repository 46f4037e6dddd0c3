import type { Command } from 'commander';
import { movedDateNotice } from '../../schedule/moved-date.ts';
import type { Notice } from '../../schedule/report.ts';
import type { MovedDate } from '../../sources/source.ts';
import { COMMAND_OPTIONS } from '../command-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { jsonText } from '../json-report.ts';
import { jsonError } from '../json-values.ts';
import { noticeLine } from '../log-events.ts';
import { logText, wantsJsonLog } from '../log-lines.ts';
import { asFatal, type MainDeps, terminalFor } from '../main.ts';
import { environmentVariableOf, OPTION_NAMES, type OptionName, type OptionValues } from '../option-table.ts';
import { addOptions, commandFlags } from '../program.ts';
import { readOptions } from '../read-options.ts';
import { noticeLines } from '../text/diagnostics.ts';
import { type Style, styleOf } from '../text/style.ts';
import { beginUninterrupted } from './begin-uninterrupted.ts';

/** What every operator command is made with. */
export interface CommandParts {
  readonly deps: MainDeps;
  /** Takes the exit code of a command that came to its end. */
  readonly exit: (code: ExitCode) => void;
}

/** What a command found or did, for people and for programs. */
export interface Answer {
  readonly exitCode: ExitCode;
  readonly lines: (style: Style) => readonly string[];
  /** Without `notices`, `error` and `exit_code`, which every document ends with. */
  readonly document: object;
  readonly notices: readonly Notice[];
}

/** Options that every operator command has. */
const COMMON = ['db', 'busyTimeout', 'json', 'verbose'] as const satisfies readonly OptionName[];

type Common = (typeof COMMON)[number];

/** What common options mean to a command, where that is not what they mean to a run. */
export const COMMON_TEXTS = {
  db: 'the SQLite database of the runs',
  verbose: 'a stack trace with an internal error',
} as const satisfies Partial<Record<OptionName, string>>;

/**
 * Gives `command` its options and its action: `work` answers, and the answer is printed as text, or with `--json` as one
 * document, also when `work` throws. What it throws goes on to the caller, for the exit code 2.
 */
export function defineAction<N extends OptionName>(
  command: Command,
  names: readonly N[],
  parts: CommandParts,
  work: (options: Pick<OptionValues, N | Common>, args: readonly string[]) => Promise<Answer>,
): Command {
  const all = inHelpOrder<N | Common>([...names, ...COMMON]);
  return addOptions(command, all, COMMON_TEXTS).action(async () => {
    const { deps, exit } = parts;
    const options = readOptions(all, commandFlags(command), runEnvironment(deps.env), {
      now: deps.clock.now(),
      cwd: deps.cwd,
    });
    try {
      await beginUninterrupted(deps.interrupted);
      const answer = await work(options, command.args);
      print(answer, options.json, deps);
      exit(answer.exitCode);
    } catch (error) {
      if (options.json) deps.stdout.write(jsonText({ error: jsonError(asFatal(error)), exit_code: 2 }));
      throw error;
    }
  });
}

function inHelpOrder<N extends OptionName>(names: readonly N[]): N[] {
  const order: readonly string[] = [...Object.keys(COMMAND_OPTIONS), ...OPTION_NAMES];
  return [...names].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

// What only commands take is for one moment: an environment that is there for every start must not set it.
function runEnvironment(env: MainDeps['env']): MainDeps['env'] {
  return Object.fromEntries(OPTION_NAMES.map(environmentVariableOf).map((name) => [name, env[name]]));
}

function print({ lines, document, notices, exitCode }: Answer, json: boolean, deps: MainDeps): void {
  if (json) {
    deps.stdout.write(
      jsonText({ ...document, notices: notices.map(noticeDocument), error: null, exit_code: exitCode }),
    );
    return;
  }
  for (const notice of notices) tell(notice, deps);
  deps.stdout.write(`${lines(styleOf(terminalFor(deps.stdout, deps.env))).join('\n')}\n`);
}

function tell(notice: Notice, { stderr, clock, env }: MainDeps): void {
  if (wantsJsonLog([], env)) stderr.write(logText(clock.now(), noticeLine(notice)));
  else for (const line of noticeLines(styleOf(terminalFor(stderr, env)), notice)) stderr.write(`${line}\n`);
}

function noticeDocument({ severity, category, message }: Notice) {
  return { severity, category, message };
}

/** The notices of dates that stood for another day's week. */
export function movedNotices(moved: ReadonlyArray<MovedDate | null | undefined>): Notice[] {
  return moved.flatMap((each) => (each == null ? [] : [movedDateNotice(each)]));
}
