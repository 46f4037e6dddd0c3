import { readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { environmentVariableOf, OPTION_NAMES, OPTIONS } from '../../src/cli/option-table.ts';
import { addOptions, buildProgram, commanderFailure, commandFlags } from '../../src/cli/program.ts';
import { refusalOf } from './parse-command-line.ts';

/** What the program prints for `args`, and the error it leaves with. */
function run(args: readonly string[], arrange: (program: Command) => void = () => {}) {
  const printed = { stdout: '', stderr: '' };
  const program = buildProgram({
    version: '1.2.3',
    action: () => {},
    stdout: { write: (text) => (printed.stdout += text) },
    stderr: { write: (text) => (printed.stderr += text) },
  });
  arrange(program);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    return { ...printed, error };
  }
  return { ...printed, error: null };
}

describe('--help', () => {
  it.each(['--help', '-h'])('%s prints the whole manual to stdout and nothing else', (flag) => {
    const { stdout, stderr, error } = run([flag]);
    expect(stdout).toBe(readFileSync(new URL('./help.txt', import.meta.url), 'utf8'));
    expect(stderr).toBe('');
    expect(commanderFailure(error as CommanderError)).toBeNull();
  });

  it('fits 80 columns', () => {
    expect(
      run(['--help'])
        .stdout.split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });

  it('prints examples that the parser takes', () => {
    const examples = run(['--help'])
      .stdout.split('\n')
      .filter((line) => line.startsWith('  run-finra-weekly-schedule '));
    expect(examples).toHaveLength(7);
    for (const example of examples) expect(run(example.trim().split(' ').slice(1)).error).toBeNull();
  });
});

describe('--version', () => {
  it('prints the version alone', () => {
    const { stdout, stderr, error } = run(['--version']);
    expect({ stdout, stderr }).toEqual({ stdout: '1.2.3\n', stderr: '' });
    expect(commanderFailure(error as CommanderError)).toBeNull();
  });
});

describe('a command line that cannot be parsed', () => {
  it.each([
    [
      ['--lokback-weeks', '6'],
      "unknown option '--lokback-weeks'",
      'write --lookback-weeks, or see run-finra-weekly-schedule --help',
    ],
    [['-x'], "unknown option '-x'", 'see run-finra-weekly-schedule --help'],
    [['--frobnicate'], "unknown option '--frobnicate'", 'see run-finra-weekly-schedule --help'],
    [['--force=true'], "unknown option '--force=true'", 'write --force alone, it takes no value'],
    [['--db'], '--db: its value is missing', 'give one such as --db data/market_spine.db'],
    [['--force', '--weeks'], '--weeks: its value is missing', 'give one such as --weeks 2025-12-15,2025-12-22'],
    [
      ['--weeks', '2025-12-15,', '2025-12-22'],
      "unexpected argument '2025-12-22'",
      'see run-finra-weekly-schedule --help',
    ],
    [['\u001b[2J'], "unexpected argument '\\x1b[2J'", 'see run-finra-weekly-schedule --help'],
  ])('%j', (args, message, hint) => {
    expect(refusalOf(args)).toEqual({ message, hint });
  });

  it('prints nothing itself: the caller words the error', () => {
    expect(run(['--nonsense'])).toMatchObject({ stdout: '', stderr: '' });
  });
});

describe('the table of options', () => {
  it('names every environment variable once, and every default and example is a value its parser takes', () => {
    expect(new Set(OPTION_NAMES.map(environmentVariableOf)).size).toBe(OPTION_NAMES.length);
    const context = { cwd: '/work', today: '2026-01-12', runDate: '2026-01-12' };
    for (const name of OPTION_NAMES) {
      const { parse, default: preset, example } = OPTIONS[name];
      expect(() => parse(example, context), name).not.toThrow();
      if (preset !== null) expect(() => parse(preset, context), name).not.toThrow();
    }
  });
});

describe('a subcommand', () => {
  function withStatus(flags: Array<Record<string, unknown>>) {
    return (program: Command) => {
      const status = program.command('status');
      addOptions(status, ['lookbackWeeks', 'db', 'json']).action(() => {
        flags.push(commandFlags(status));
      });
      program.command('work').command('retry');
    };
  }

  it.each([
    [['status', '--lookback-weeks', '4', '--json'], { lookbackWeeks: '4', json: true }],
    [['--db', 'a.db', 'status', '--json'], { db: 'a.db', json: true }],
    [['--db', 'a.db', 'status', '--db', 'b.db'], { db: 'b.db' }],
  ])('takes options of the table on either side of its name: %j', (args, expected) => {
    const flags: Array<Record<string, unknown>> = [];
    expect(run(args, withStatus(flags)).error).toBeNull();
    expect(flags).toEqual([expected]);
  });

  it('refuses an option before its name that it does not have', () => {
    expect(run(['--force', 'status'], withStatus([])).error).toMatchObject({
      code: 'bad_option',
      message: '--force: not an option of status',
      hint: 'leave it out, or see run-finra-weekly-schedule --help',
    });
  });

  it.each([
    [['status', 'now'], "unexpected argument 'now'"],
    [['statsu'], "unexpected argument 'statsu'"],
    [['status', '--force'], "unknown option '--force'"],
    [['work', 'retyr'], "unknown command 'retyr'"],
    [['work'], 'a command is missing'],
  ])('that is written wrongly is refused: %j', (args, message) => {
    const { error } = run(args, withStatus([]));
    expect(error).toBeInstanceOf(CommanderError);
    expect(commanderFailure(error as CommanderError)).toMatchObject({ code: 'bad_option', message });
  });
});
