import { type ExitCode, exitMeaning } from './exit-code.ts';
import { environmentVariableOf } from './option-table.ts';

export const PROGRAM_NAME = 'run-finra-weekly-schedule';

/** The widest line of the help, on every terminal, so that the help is the same everywhere. */
export const HELP_WIDTH = 80;

export const DESCRIPTION =
  'Keeps a window of FINRA OTC-transparency weeks complete and current: finds which ' +
  'weeks and tiers are new or revised, ingests them, normalizes them, and computes the analytics.';

const EXAMPLES: ReadonlyArray<readonly [purpose: string, line: string]> = [
  ['the last six weeks, as cron starts it', '--lookback-weeks 6'],
  ['what would that do?', '--mode dry-run --lookback-weeks 6'],
  ['take three weeks again, whatever the hashes say', '--weeks 2025-12-15,2025-12-22,2025-12-29 --force'],
  ['backfill a quarter of one tier', '--weeks 2025-10-01..2025-12-31 --tiers OTC'],
  ['store the files now, compute later', '--only-stage ingest --lookback-weeks 4'],
  ["fetch from FINRA's API instead of a folder", '--source api --lookback-weeks 8'],
  ['files named by their publication date', '--file-date published --data-dir /data/finra'],
];

const EXITS: ReadonlyArray<readonly [code: ExitCode, when: string]> = [
  [0, 'every partition is stored, unchanged, awaited or cancelled'],
  [1, 'a partition failed, is blocked, or is left for a later run'],
  [2, 'bad options, no data folder, database or lock, interrupted, a bug'],
];

/** What follows the options in the help. */
export function helpEpilogue(): string {
  return [
    '',
    'Environment:',
    '  Each option but --version and --help also reads MARKET_SPINE_<NAME>, such as',
    `  ${environmentVariableOf('lookbackWeeks')}=4 or ${environmentVariableOf('dryRun')}=yes. A flag wins.`,
    '  --source api obeys HTTPS_PROXY and NO_PROXY. Credentials, which this data does',
    '  not need, are read from FINRA_API_CLIENT_ID and FINRA_API_CLIENT_SECRET only.',
    '',
    'Examples:',
    ...EXAMPLES.flatMap(([purpose, line]) => [`  # ${purpose}`, `  ${PROGRAM_NAME} ${line}`]),
    '',
    'Exit codes:',
    ...EXITS.map(([code, when]) => `  ${code}  ${exitMeaning(code).word}: ${when}`),
    '',
    'Results go to stdout, diagnostics to stderr: "error:" says what is wrong, "try:"',
    'what to do about it.',
  ].join('\n');
}
