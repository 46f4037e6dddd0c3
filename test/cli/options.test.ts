import { describe, expect, it } from 'vitest';
import { DEFAULT_GATES } from '../../src/domain/gates.ts';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { optionsOf, refusalOf } from './parse-command-line.ts';

describe('the options of a run that sets none', () => {
  it('are the documented defaults', () => {
    expect(optionsOf([])).toEqual({
      weeks: ['2026-01-09', '2026-01-02', '2025-12-26', '2025-12-19', '2025-12-12', '2025-12-05'],
      movedDates: [],
      tiers: ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'],
      source: 'file',
      dataDir: '/srv/data/finra_otc',
      archiveDir: null,
      fileDate: 'week',
      dbPath: '/srv/data/market_spine.db',
      dryRun: false,
      onlyStage: 'all',
      force: false,
      failFast: false,
      backfill: false,
      runDate: '2026-01-12',
      publication: DEFAULT_PUBLICATION,
      gates: DEFAULT_GATES,
      maxFileBytes: 268_435_456,
      summaryTypes: ['ats'],
      reconcile: false,
      api: {
        baseUrl: 'https://api.finra.org',
        tokenUrl: 'https://ews.fip.finra.org/fip/rest/ews/oauth2/access_token',
        requestsPerSecond: 10,
        concurrency: 4,
        timeoutMs: 30_000,
        maxTries: 5,
      },
      busyTimeoutMs: 30_000,
      retry: { maxWaitMs: 0, delaysMs: [300_000, 900_000], maxAttempts: 3 },
      allowNetworkFs: false,
      monitoring: { metricsFile: null, pushgatewayUrl: null, pingUrl: null },
      output: { json: false, logFormat: 'text', verbose: false, quiet: false },
    });
  });

  it('cannot be changed, at any depth', () => {
    const options = optionsOf([]);
    const parts = [options, options.weeks, options.tiers, options.publication.lagDays, options.gates.maxShrinkage];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });
});

describe('command lines an operator copies from the manual', () => {
  const sixWeeks = optionsOf([]).weeks;
  it.each([
    ['--lookback-weeks 6', { weeks: sixWeeks }],
    ['--mode dry-run --lookback-weeks 6', { weeks: sixWeeks, dryRun: true }],
    [
      '--weeks 2025-12-15,2025-12-22,2025-12-29 --force',
      { weeks: ['2025-12-26', '2025-12-19', '2025-12-12'], force: true },
    ],
    ['--only-stage ingest --lookback-weeks 4', { weeks: sixWeeks.slice(0, 4), onlyStage: 'ingest' }],
    [
      '--lookback-weeks 6 --source file --db /custom/path/market_spine.db --verbose',
      { source: 'file', dbPath: '/custom/path/market_spine.db', output: { json: false, verbose: true, quiet: false } },
    ],
    [
      '--lookback-weeks=6 --source=file --db=/data/market_spine.db --verbose',
      { source: 'file', dbPath: '/data/market_spine.db', output: { json: false, verbose: true, quiet: false } },
    ],
  ])('%s', (line, expected) => {
    expect(optionsOf(line.split(' '))).toMatchObject(expected);
  });
});

describe('values', () => {
  it.each([
    [['--tiers', 'OTC,T1'], { tiers: ['NMS_TIER_1', 'OTC'] }],
    [['--tiers', 'NMS Tier 2, otce ,OTC'], { tiers: ['NMS_TIER_2', 'OTC'] }],
    [['--tiers', 'all'], { tiers: ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'] }],
    [['--only-stage', 'calcs'], { onlyStage: 'calc' }],
    [['--source', 'api'], { source: 'api' }],
    [['--file-date', 'published'], { fileDate: 'published' }],
    [['--data-dir', '../in', '--db', './x.db'], { dataDir: '/in', dbPath: '/srv/x.db' }],
    [['--run-date', '2025-12-26', '--lookback-weeks', '1'], { runDate: '2025-12-26', weeks: ['2025-12-26'] }],
    [['--run-date', 'today'], { runDate: '2026-01-12' }],
    [['--publication-lag', 'T2=40'], { publication: { lagDays: { NMS_TIER_1: 17, NMS_TIER_2: 40, OTC: 31 } } }],
    [['--publication-lag', 'OTC=0,NMS Tier 1 = 1'], { publication: { lagDays: { NMS_TIER_1: 1, OTC: 0 } } }],
    [['--publication-grace', '0'], { publication: { graceDays: 0 } }],
    [['--max-reject-share', '2.5%'], { gates: { maxRejectShare: 0.025 } }],
    [['--max-reject-share', '0'], { gates: { maxRejectShare: 0 } }],
    [['--max-shrinkage', '30'], { gates: { maxShrinkage: { rows: 0.3, shares: 0.3, venues: 0.3 } } }],
    [['--max-shrinkage', 'Rows=60%'], { gates: { maxShrinkage: { rows: 0.6, shares: 0.5, venues: 0.5 } } }],
    [['--warn-shrinkage', 'shares=100,venues=0'], { gates: { warnShrinkage: { rows: 0.5, shares: 1, venues: 0 } } }],
    [['--max-update-lead', '2'], { gates: { maxUpdateLeadDays: 2 } }],
    [['--max-file-size', '500KB'], { maxFileBytes: 512_000 }],
    [['--max-file-size', '1gb'], { maxFileBytes: 1_073_741_824 }],
    [['--max-file-size', '1'], { maxFileBytes: 1 }],
    [['--source', 'archive', '--archive-dir', 'kept'], { source: 'archive', archiveDir: '/srv/kept' }],
    [['--summary-types', 'Non-ATS, ats,non-ats'], { summaryTypes: ['ats', 'non-ats'] }],
    [['--api-base-url', 'http://127.0.0.1:8080/finra/'], { api: { baseUrl: 'http://127.0.0.1:8080/finra' } }],
    [['--api-token-url', 'HTTPS://sso.example.com'], { api: { tokenUrl: 'https://sso.example.com' } }],
    [['--requests-per-second', '19', '--concurrency', '16'], { api: { requestsPerSecond: 19, concurrency: 16 } }],
    [['--request-timeout', '1500ms', '--request-tries', '1'], { api: { timeoutMs: 1500, maxTries: 1 } }],
    [['--busy-timeout', '500ms'], { busyTimeoutMs: 500 }],
    [['--max-wait', '2h'], { retry: { maxWaitMs: 7_200_000 } }],
    [['--max-wait', '0'], { retry: { maxWaitMs: 0 } }],
    [['--max-wait', '7d'], { retry: { maxWaitMs: 604_800_000 } }],
    [['--retry-delays', '0, 5s,1m', '--max-attempts', '4'], { retry: { delaysMs: [0, 5000, 60_000], maxAttempts: 4 } }],
    [['--allow-network-fs', '--fail-fast'], { allowNetworkFs: true, failFast: true }],
    [['--json', '-q'], { output: { json: true, verbose: false, quiet: true } }],
    [['--lookback-weeks', '9', '--lookback-weeks', '1'], { weeks: ['2026-01-09'] }],
    [['--dry-run', '--mode', 'dry-run'], { dryRun: true }],
  ])('%j', (args, expected) => {
    expect(optionsOf(args)).toMatchObject(expected);
  });

  it('say which dates of --weeks stood for another day', () => {
    const { weeks, movedDates } = optionsOf(['--weeks', '2025-12-19,2025-12-22,2025-10-01..2025-10-14']);
    expect(weeks).toEqual(['2025-12-19', '2025-10-10', '2025-10-03']);
    expect(movedDates).toEqual([{ given: '2025-12-22', weekEnding: '2025-12-19' }]);
  });
});

const WHOLE_LOOKBACK = 'must be a whole number from 1 to 520';
const DURATION = 'must be a duration from 0 to 7d';
const DURATION_HINT = 'give a duration with its unit (ms, s, m, h, d)';
const SIZE = 'must be a size from 1 byte to 1024GB';
const SIZE_HINT = 'give bytes, or a number with KB, MB or GB, such as --max-file-size 256MB';
const SUMMARY_TYPES_HINT = 'give summary types such as --summary-types ats,non-ats';
const NO_ADDRESS = 'must be an address that begins with https:// or http://';
const BARE_ADDRESS = 'must be an address without a user, a query or a fragment';
const BASE_URL_HINT = 'give an address such as --api-base-url https://api.finra.org';
const SHRINKAGE_HINT = 'give one percentage, or percentages by name, such as --max-shrinkage rows=60';

describe('a value that cannot be used is refused with what to write instead', () => {
  it.each([
    ['--lookback-weeks', '0', WHOLE_LOOKBACK, 'give a number such as --lookback-weeks 6'],
    ['--lookback-weeks', '521', WHOLE_LOOKBACK, 'give a number such as --lookback-weeks 6'],
    ['--lookback-weeks', '-1', WHOLE_LOOKBACK, 'give a number such as --lookback-weeks 6'],
    ['--lookback-weeks', '6.0', WHOLE_LOOKBACK, 'give a number such as --lookback-weeks 6'],
    ['--lookback-weeks', '1e1', WHOLE_LOOKBACK, 'give a number such as --lookback-weeks 6'],
    ['--tiers', 'T1,T9', 'T9 is not NMS_TIER_1, NMS_TIER_2 or OTC', 'give tiers such as --tiers NMS_TIER_1,OTC'],
    ['--tiers', 'T1,', 'holds an empty item', 'give tiers such as --tiers NMS_TIER_1,OTC'],
    ['--source', 'ftp', 'must be file, api or archive', 'give a source such as --source file'],
    ['--file-date', 'Week', 'must be week or published', 'give a kind of date such as --file-date week'],
    ['--mode', 'dry', 'must be run or dry-run', 'give a mode such as --mode dry-run'],
    ['--only-stage', 'raw', 'must be ingest, normalize, calc or all', 'give a stage such as --only-stage ingest'],
    [
      '--db',
      'postgres://db.internal/spine',
      'must be the path of a SQLite file; scheme:// is reserved for other stores',
      'give a path such as --db data/market_spine.db',
    ],
    [
      '--db',
      ':memory:',
      'must be the path of a file, which outlives the run',
      'give a path such as --db data/market_spine.db',
    ],
    ['--db', '--force', 'looks like an option, not a path', 'give a path such as --db data/market_spine.db'],
    ['--run-date', '2026-02-30', 'must be a date written YYYY-MM-DD', 'give a date such as --run-date 2026-01-12'],
    [
      '--run-date',
      '2026-01-13',
      'must not be later than today in New York, 2026-01-12',
      'give a past date such as --run-date 2026-01-12',
    ],
    [
      '--publication-lag',
      'OTC=31,T9=1',
      'T9 is not NMS_TIER_1, NMS_TIER_2 or OTC',
      'give tiers such as --publication-lag OTC=31',
    ],
    ['--publication-lag', 'OTC=1,OTCE=2', 'names OTC twice', 'give days per tier such as --publication-lag OTC=31'],
    [
      '--publication-lag',
      'OTC=367',
      'OTC must be a whole number from 0 to 366, not 367',
      'give days per tier such as --publication-lag OTC=31',
    ],
    ['--publication-lag', '17', '17 is not written NAME=NUMBER', 'give days per tier such as --publication-lag OTC=31'],
    [
      '--max-reject-share',
      '101',
      'must be a percentage from 0 to 100',
      'give a percentage such as --max-reject-share 5',
    ],
    [
      '--max-reject-share',
      '.5',
      'must be a percentage from 0 to 100',
      'give a percentage such as --max-reject-share 5',
    ],
    ['--max-shrinkage', '50,rows=40', '50 is not written NAME=NUMBER', SHRINKAGE_HINT],
    ['--max-shrinkage', 'rows=40,', 'holds an empty item', SHRINKAGE_HINT],
    ['--max-shrinkage', 'rows=', 'rows= is not written NAME=NUMBER', SHRINKAGE_HINT],
    ['--max-shrinkage', 'trades=40', 'trades is not rows, shares or venues', SHRINKAGE_HINT],
    ['--max-shrinkage', 'rows=140', 'rows must be a percentage from 0 to 100, not 140', SHRINKAGE_HINT],
    ['--max-file-size', '0', SIZE, SIZE_HINT],
    ['--max-file-size', '1.5GB', SIZE, SIZE_HINT],
    ['--max-file-size', '1025GB', SIZE, SIZE_HINT],
    ['--summary-types', 'ats,otc', 'otc is not ats or non-ats', SUMMARY_TYPES_HINT],
    ['--summary-types', 'ats,', 'holds an empty item', SUMMARY_TYPES_HINT],
    ['--api-base-url', 'api.finra.org', NO_ADDRESS, BASE_URL_HINT],
    ['--api-base-url', 'ftp://api.finra.org', NO_ADDRESS, BASE_URL_HINT],
    ['--api-base-url', 'https://me:secret@api.finra.org', BARE_ADDRESS, BASE_URL_HINT],
    ['--api-base-url', 'https://api.finra.org/?key=1', BARE_ADDRESS, BASE_URL_HINT],
    [
      '--requests-per-second',
      '20',
      'must be a whole number from 1 to 19',
      'give a number such as --requests-per-second 10',
    ],
    ['--concurrency', '17', 'must be a whole number from 1 to 16', 'give a number such as --concurrency 4'],
    ['--request-timeout', '0', 'must be a duration from 1ms to 7d', `${DURATION_HINT} such as --request-timeout 30s`],
    ['--request-tries', '0', 'must be a whole number from 1 to 20', 'give a number such as --request-tries 5'],
    ['--busy-timeout', '30', DURATION, `${DURATION_HINT} such as --busy-timeout 30s`],
    ['--max-wait', '8d', DURATION, `${DURATION_HINT} such as --max-wait 30m`],
    [
      '--retry-delays',
      '5m,,15m',
      'must be durations from 0 to 7d, separated by commas',
      `${DURATION_HINT} such as --retry-delays 5m,15m`,
    ],
    [
      '--retry-delays',
      Array(21).fill('1s').join(','),
      'names more than 20 durations',
      'give fewer durations such as --retry-delays 5m,15m',
    ],
    ['--max-attempts', '0', 'must be a whole number from 1 to 100', 'give a number such as --max-attempts 3'],
    [
      '--weeks',
      '2026-01-13',
      '2026-01-13 is later than the run date 2026-01-12',
      'give dates and ranges such as --weeks 2025-12-15,2025-12-22',
    ],
  ])('%s %s', (flag, text, problem, hint) => {
    expect(refusalOf([flag, text])).toEqual({ message: `${flag} ${text}: ${problem}`, hint });
  });

  it('an empty value is shown as one', () => {
    expect(refusalOf(['--db='])).toEqual({
      message: "--db '': must not be empty",
      hint: 'give a value such as --db data/market_spine.db',
    });
  });

  it('control characters in a value are shown escaped', () => {
    expect(refusalOf(['--mode', '\u001b[31mrun']).message).toBe('--mode \\x1b[31mrun: must be run or dry-run');
  });

  it.each([
    [['--lookback-weeks', '4', '--weeks', '2025-12-15'], '--lookback-weeks 4, --weeks 2025-12-15'],
    [['-q', '-v'], '--verbose, --quiet'],
    [['--dry-run', '--mode', 'run'], '--mode run, --dry-run'],
  ])('two flags that contradict each other: %j', (args, both) => {
    expect(refusalOf(args)).toEqual({ message: `${both}: cannot be given together`, hint: 'leave one of them out' });
  });
});
