import { describe, expect, it } from 'vitest';
import { COMMAND_OPTIONS } from '../../src/cli/command-options.ts';
import { OPTION_NAMES } from '../../src/cli/option-table.ts';
import { runHere } from '../harness/in-process.ts';

const COMMANDS = [
  'status',
  'work',
  'work list',
  'work retry',
  'work cancel',
  'work reset-stuck',
  'captures',
  'captures diff',
  'captures verify',
  'backup',
];

const PROGRAM = 'run-finra-weekly-schedule';

async function helpOf(command: string): Promise<string> {
  const { code, stdout, stderr } = await runHere([...command.split(' '), '--help'].filter((word) => word !== ''));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('the help of the program with its operator commands', () => {
  it('is the whole manual', async () => {
    await expect(await helpOf('')).toMatchFileSnapshot('./help-full.txt');
  });

  it('is, for each command, what the page of commands says', async () => {
    const pages = await Promise.all(
      COMMANDS.map(async (command) => `$ ${PROGRAM} ${command} --help\n${await helpOf(command)}`),
    );
    await expect(pages.join('\n')).toMatchFileSnapshot('./help-commands.txt');
  });

  it.each(['', ...COMMANDS])('fits 80 columns: %s', async (command) => {
    expect((await helpOf(command)).split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('the options of commands alone', () => {
  it('are none of the run', async () => {
    expect(OPTION_NAMES.filter((name) => name in COMMAND_OPTIONS)).toEqual([]);
    const { code, stderr } = await runHere(['--failed']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: unknown option '--failed'\ntry: see ${PROGRAM} --help\n`,
    });
  });

  it('have examples and defaults that their parsers take', () => {
    const context = { cwd: '/work', today: '2026-01-12', runDate: '2026-01-12' };
    for (const { parse, default: preset, example } of Object.values(COMMAND_OPTIONS)) {
      expect(() => parse(example, context)).not.toThrow();
      if (preset !== null) expect(() => parse(preset, context)).not.toThrow();
    }
  });
});

describe('a command line with a command that cannot be parsed', () => {
  it.each([
    [['work', 'retyr'], "unknown command 'retyr'"],
    [['status', '--force'], "unknown option '--force'"],
    [['--force', 'status'], '--force: not an option of status'],
    [['captures', 'diff', 'one'], "missing required argument 'newer'"],
    [['captures', 'dif'], "unexpected argument 'dif'"],
    [['backup'], "missing required argument 'file'"],
    [['work', 'list', '--state'], '--state: its value is missing'],
    [
      ['work', 'list', '--state', 'DONE'],
      '--state DONE: must be PENDING, RUNNING, RETRY_WAIT, COMPLETE, FAILED or CANCELLED',
    ],
    [['work', 'list', '--week', '2026-02-30'], '--week 2026-02-30: must be a date written YYYY-MM-DD'],
    [['work', 'list', '--week', '2026-06-02'], '--week 2026-06-02: must not be later than the run date 2026-06-01'],
    [['captures', '--tier', 'T3'], '--tier T3: T3 is not NMS_TIER_1, NMS_TIER_2 or OTC'],
    [['work', 'reset-stuck', '--older-than', 'long'], '--older-than long: must be a duration from 0 to 7d'],
    [['work', 'retry'], 'give either the id of an item or --failed'],
    [['work', 'retry', '3', '--failed'], 'give either the id of an item or --failed'],
    [['work', 'cancel', '\u001b[2J'], '\\x1b[2J is not the id of a work item'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await runHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`error: ${message}`);
    expect(stderr).toMatch(/^try: /m);
  });

  it('says which commands there are where one is missing', async () => {
    const { code, stdout, stderr } = await runHere(['work']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/reset-stuck[\s\S]*\nerror: a command is missing\ntry: /);
  });
});
