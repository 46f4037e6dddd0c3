import { describe, expect, it } from 'vitest';
import { environmentVariableOf, OPTION_NAMES, OPTIONS } from '../../src/cli/option-table.ts';
import { readOptions } from '../../src/cli/read-options.ts';
import { NOW, optionsOf, refusalOf } from './parse-command-line.ts';

describe('the environment', () => {
  it.each(OPTION_NAMES.map((name) => [environmentVariableOf(name), name] as const))('sets %s', (variable, name) => {
    expect(variable).toMatch(/^MARKET_SPINE_[A-Z]+(_[A-Z]+)*$/);
    const shown = OPTIONS[name].secret ? '...' : '-';
    expect(refusalOf([], { [variable]: '-' })).toMatchObject({
      message: expect.stringContaining(`${variable}=${shown}: `),
      hint: expect.stringContaining(` such as ${variable}=${OPTIONS[name].example}`),
    });
    expect(() => optionsOf([], { [variable]: OPTIONS[name].example })).not.toThrow();
  });

  it.each(['1', 'true', 'YES', 'On'])('%s switches an option on', (word) => {
    expect(optionsOf([], { MARKET_SPINE_FAIL_FAST: word }).failFast).toBe(true);
  });

  it.each(['0', 'False', 'no', 'OFF'])('%s leaves an option off', (word) => {
    expect(optionsOf([], { MARKET_SPINE_FAIL_FAST: word }).failFast).toBe(false);
  });

  it.each(['', '  '])('counts the value %j as unset', (text) => {
    const env = { MARKET_SPINE_FORCE: text, MARKET_SPINE_LOOKBACK_WEEKS: text, MARKET_SPINE_DB: text };
    expect(optionsOf([], env)).toEqual(optionsOf([]));
  });

  it('is read without the line end that a file of variables leaves behind', () => {
    expect(optionsOf([], { MARKET_SPINE_DB: '/data/spine.db\n' }).dbPath).toBe('/data/spine.db');
  });

  it.each([
    [
      { MARKET_SPINE_FORCE: 'maybe' },
      'MARKET_SPINE_FORCE=maybe: must be 1, true, yes, on, 0, false, no or off',
      'give yes or no such as MARKET_SPINE_FORCE=yes',
    ],
    [
      { MARKET_SPINE_LOOKBACK_WEEKS: 'six' },
      'MARKET_SPINE_LOOKBACK_WEEKS=six: must be a whole number from 1 to 520',
      'give a number such as MARKET_SPINE_LOOKBACK_WEEKS=6',
    ],
    [
      { MARKET_SPINE_LOOKBACK_WEEKS: '6', MARKET_SPINE_WEEKS: '2025-12-15' },
      'MARKET_SPINE_LOOKBACK_WEEKS=6, MARKET_SPINE_WEEKS=2025-12-15: cannot be given together',
      'unset one of them',
    ],
    [
      { MARKET_SPINE_VERBOSE: '1', MARKET_SPINE_QUIET: '1' },
      'MARKET_SPINE_VERBOSE=1, MARKET_SPINE_QUIET=1: cannot be given together',
      'unset one of them',
    ],
    [
      { MARKET_SPINE_MODE: 'dry-run', MARKET_SPINE_DRY_RUN: 'no' },
      'MARKET_SPINE_MODE=dry-run, MARKET_SPINE_DRY_RUN=no: cannot be given together',
      'unset one of them',
    ],
  ])('is refused when it makes no sense: %j', (env, message, hint) => {
    expect(refusalOf([], env)).toEqual({ message, hint });
  });

  it('may name both ends of a pair that do not contradict each other', () => {
    const env = {
      MARKET_SPINE_VERBOSE: 'no',
      MARKET_SPINE_QUIET: 'yes',
      MARKET_SPINE_MODE: 'run',
      MARKET_SPINE_DRY_RUN: 'no',
    };
    expect(optionsOf([], env)).toMatchObject({ dryRun: false, output: { verbose: false, quiet: true } });
  });
});

describe('a flag', () => {
  it.each([
    [['--lookback-weeks', '1'], { MARKET_SPINE_LOOKBACK_WEEKS: '9' }, { weeks: ['2026-01-09'] }],
    [['--lookback-weeks', '1'], { MARKET_SPINE_LOOKBACK_WEEKS: 'six' }, { weeks: ['2026-01-09'] }],
    [['--lookback-weeks', '1'], { MARKET_SPINE_WEEKS: '2025-12-15' }, { weeks: ['2026-01-09'] }],
    [['--weeks', '2025-12-15'], { MARKET_SPINE_LOOKBACK_WEEKS: '9' }, { weeks: ['2025-12-12'] }],
    [['--mode', 'run'], { MARKET_SPINE_DRY_RUN: 'true' }, { dryRun: false }],
    [['--mode', 'dry-run'], { MARKET_SPINE_DRY_RUN: 'false' }, { dryRun: true }],
    [['--dry-run'], { MARKET_SPINE_MODE: 'run' }, { dryRun: true }],
    [['--verbose'], { MARKET_SPINE_QUIET: '1' }, { output: { verbose: true, quiet: false } }],
    [['--quiet'], { MARKET_SPINE_VERBOSE: '1' }, { output: { verbose: false, quiet: true } }],
    [['--force'], { MARKET_SPINE_FORCE: 'no' }, { force: true }],
  ])('%j wins over %j', (args, env, expected) => {
    expect(optionsOf(args, env)).toMatchObject(expected);
  });

  it('settles what the environment contradicts itself about', () => {
    const env = { MARKET_SPINE_LOOKBACK_WEEKS: '9', MARKET_SPINE_WEEKS: '2025-12-15' };
    expect(optionsOf(['--lookback-weeks', '1'], env).weeks).toEqual(['2026-01-09']);
  });
});

describe('a command with some of the options', () => {
  const deps = { now: NOW, cwd: '/srv' };

  it('reads those and no others', () => {
    const env = { MARKET_SPINE_DB: 'x.db', MARKET_SPINE_MODE: 'nonsense' };
    expect(readOptions(['db', 'json'], { json: true }, env, deps)).toEqual({ db: '/srv/x.db', json: true });
  });

  it('leaves weeks null when none are named', () => {
    expect(readOptions(['weeks', 'runDate'], {}, {}, deps)).toEqual({ weeks: null, runDate: '2026-01-12' });
  });

  it('reads weeks against its own run date', () => {
    const read = () => readOptions(['weeks', 'runDate'], { weeks: '2026-01-09', runDate: '2026-01-08' }, {}, deps);
    expect(read).toThrow('--weeks 2026-01-09: 2026-01-09 is later than the run date 2026-01-08');
  });
});
