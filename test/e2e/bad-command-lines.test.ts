import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from '../harness/command.ts';
import { createWorkspace } from '../harness/workspace.ts';

describe('exit 2 for a bad command line', () => {
  it.each<[args: string, error: string, hint: string]>([
    ['--nope', "unknown option '--nope'", 'write --mode, or see run-finra-weekly-schedule --help'],
    [
      '--lookback-week 6',
      "unknown option '--lookback-week'",
      'write --lookback-weeks, or see run-finra-weekly-schedule --help',
    ],
    ['--force=yes', "unknown option '--force=yes'", 'write --force alone, it takes no value'],
    ['2025-12-19', "unexpected argument '2025-12-19'", 'see run-finra-weekly-schedule --help'],
    ['--db', '--db: its value is missing', 'give one such as --db data/market_spine.db'],
    [
      '--lookback-weeks 0',
      '--lookback-weeks 0: must be a whole number from 1 to 520',
      'give a number such as --lookback-weeks 6',
    ],
    ['--mode later', '--mode later: must be run or dry-run', 'give a mode such as --mode dry-run'],
    [
      '--only-stage raw',
      '--only-stage raw: must be ingest, normalize, calc or all',
      'give a stage such as --only-stage ingest',
    ],
    ['--tiers T3', '--tiers T3: T3 is not NMS_TIER_1, NMS_TIER_2 or OTC', 'give tiers such as --tiers NMS_TIER_1,OTC'],
    [
      '--run-date 2026-02-30',
      '--run-date 2026-02-30: must be a date written YYYY-MM-DD',
      'give a date such as --run-date 2026-01-12',
    ],
    [
      '--weeks 2025-12-19..2025-12-12',
      '--weeks 2025-12-19..2025-12-12: the range 2025-12-19..2025-12-12 ends before it begins',
      'give dates and ranges such as --weeks 2025-12-15,2025-12-22',
    ],
    [
      '--run-date 2025-12-18 --weeks 2025-12-19',
      '--weeks 2025-12-19: 2025-12-19 is later than the run date 2025-12-18',
      'give dates and ranges such as --weeks 2025-12-15,2025-12-22',
    ],
    [
      '--weeks 2025-12-19 --lookback-weeks 2',
      '--lookback-weeks 2, --weeks 2025-12-19: cannot be given together',
      'leave one of them out',
    ],
    ['--mode run --dry-run', '--mode run, --dry-run: cannot be given together', 'leave one of them out'],
    [
      '--db postgres://host/db',
      '--db postgres://host/db: must be the path of a SQLite file; scheme:// is reserved for other stores',
      'give a path such as --db data/market_spine.db',
    ],
  ])('%s', async (args, error, hint) => {
    const { dir } = createWorkspace();
    const ended = await run(args.split(' '), { cwd: dir });
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: `error: ${error}\ntry: ${hint}\n` });
    expect(readdirSync(dir)).toEqual(['data']);
  });

  it('in an environment variable', async () => {
    const ended = await run([], { env: { MARKET_SPINE_MODE: 'later' } });
    expect(ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'error: MARKET_SPINE_MODE=later: must be run or dry-run\ntry: give a mode such as MARKET_SPINE_MODE=dry-run\n',
    });
  });

  it('prints no document, whatever --json says', async () => {
    expect(await run(['--json', '--mode', 'later'])).toMatchObject({ code: 2, stdout: '' });
  });
});
