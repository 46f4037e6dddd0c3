import { DEFAULT_GATES } from '../domain/gates.ts';
import { FILE_DATES } from '../finra/file-name.ts';
import { DEFAULT_PUBLICATION } from '../finra/publication.ts';
import { parseWeekList, type WeekList } from '../schedule/window.ts';
import { API_OPTIONS } from './api-option-table.ts';
import { COMMAND_OPTIONS } from './command-options.ts';
import { type OptionSpec, toggle, value } from './option-spec.ts';
import { parseDuration, parseDurations, parseSize } from './parse-amount.ts';
import { parseRunDate, TODAY_WORD } from './parse-date.ts';
import { parsePercent, percentText, wholeNumber } from './parse-number.ts';
import { lagsText, MOST_DAYS, parseLags, shrinkage, shrinkageText } from './parse-pairs.ts';
import { parseDatabase, parsePath } from './parse-place.ts';
import { ALL_TIERS_WORD, parseTiers } from './parse-tiers.ts';
import { parseUrl } from './parse-url.ts';
import { oneOf } from './parse-value.ts';
import { LOG_FORMATS, MODES, ONLY_STAGES, SOURCES } from './run-options.ts';

const WEEKS: OptionSpec<WeekList | null> = {
  group: 'Window',
  value: '<list>',
  parse: (text, { runDate }) => parseWeekList(text, runDate),
  default: null,
  example: '2025-12-15,2025-12-22',
  description: 'these weeks instead: dates and ranges such as 2025-10-01..2025-12-22; a date stands for its week',
};

const ARCHIVE_DIR: OptionSpec<string | null> = {
  group: 'Source',
  value: '<dir>',
  parse: parsePath,
  default: null,
  example: 'data/archive',
  description: 'folder that keeps the bytes of every capture; --source archive replays them',
};

const METRICS_FILE: OptionSpec<string | null> = {
  group: 'Monitoring',
  value: '<path>',
  parse: parsePath,
  default: null,
  example: 'metrics/market_spine.prom',
  description: 'write Prometheus metrics here when the run ends, however it ends',
};

const PUSHGATEWAY_URL: OptionSpec<string | null> = {
  group: 'Monitoring',
  value: '<url>',
  parse: parseUrl,
  default: null,
  example: 'http://pushgateway.example.com:9091',
  description: 'push the same metrics to this Pushgateway',
  secret: true,
};

const PING_URL: OptionSpec<string | null> = {
  group: 'Monitoring',
  value: '<url>',
  parse: parseUrl,
  default: null,
  example: 'https://ping.example.com/finra-weekly',
  description: "a dead-man's switch: told of the start (/start) and of the end (bare after exit 0, else /1 or /2)",
  secret: true,
};

/** Every option of the default run (DESIGN section 2), in the order of the help. */
const RUN_OPTIONS = {
  lookbackWeeks: value({
    group: 'Window',
    value: '<n>',
    parse: wholeNumber(1, 520),
    default: '6',
    description: 'the last n week endings, counted from the run date',
  }),
  weeks: WEEKS,
  tiers: value({
    group: 'Window',
    value: '<list>',
    parse: parseTiers,
    default: ALL_TIERS_WORD,
    example: 'NMS_TIER_1,OTC',
    description: 'NMS_TIER_1, NMS_TIER_2, OTC, or their FINRA spellings',
  }),
  runDate: value({
    group: 'Window',
    value: '<date>',
    parse: parseRunDate,
    default: TODAY_WORD,
    example: '2026-01-12',
    description: 'the business date, in New York; not in the future',
  }),
  publicationLag: value({
    group: 'Window',
    value: '<list>',
    parse: parseLags,
    default: lagsText(DEFAULT_PUBLICATION.lagDays),
    example: 'OTC=31',
    description: 'days from Friday to publication, per tier',
  }),
  publicationGrace: value({
    group: 'Window',
    value: '<days>',
    parse: wholeNumber(0, MOST_DAYS),
    default: String(DEFAULT_PUBLICATION.graceDays),
    description: 'days a publication may be late before its absence is a failure',
  }),
  source: value({
    group: 'Source',
    value: '<file|api|archive>',
    parse: oneOf(SOURCES, 'a source'),
    default: 'file',
    description: 'where the data comes from',
  }),
  dataDir: value({
    group: 'Source',
    value: '<dir>',
    parse: parsePath,
    default: 'data/finra_otc',
    description: 'folder of the files',
  }),
  fileDate: value({
    group: 'Source',
    value: '<week|published>',
    parse: oneOf(FILE_DATES, 'a kind of date'),
    default: 'week',
    description: "a file name's date is a day of its week, or the day FINRA published it",
  }),
  maxFileSize: value({
    group: 'Source',
    value: '<size>',
    parse: parseSize,
    default: '256MB',
    description: 'the largest file that is read',
  }),
  archiveDir: ARCHIVE_DIR,
  ...API_OPTIONS,
  db: value({
    group: 'Store',
    value: '<path>',
    parse: parseDatabase,
    default: 'data/market_spine.db',
    description: 'the SQLite database; made, with its folder, when missing',
  }),
  busyTimeout: value({
    group: 'Store',
    value: '<duration>',
    parse: parseDuration,
    default: '30s',
    description: 'how long to wait for other users of the database',
  }),
  allowNetworkFs: toggle({
    group: 'Store',
    description: 'accept a database on a network file system, where locks may not hold',
  }),
  mode: value({
    group: 'Run',
    value: '<run|dry-run>',
    parse: oneOf(MODES, 'a mode'),
    default: 'run',
    example: 'dry-run',
    description: 'dry-run shows the plan and writes nothing',
  }),
  dryRun: toggle({ group: 'Run', description: 'the same as --mode dry-run' }),
  onlyStage: value({
    group: 'Run',
    value: '<stage>',
    parse: oneOf(ONLY_STAGES, 'a stage', { calcs: 'calc' }),
    default: 'all',
    example: 'ingest',
    description: 'ingest, normalize, calc or all; the other phases do not run',
  }),
  force: toggle({
    group: 'Run',
    description: 'restate every partition, whatever the hashes say; overrides --max-shrinkage',
  }),
  failFast: toggle({ group: 'Run', description: 'stop at the first failed partition' }),
  maxWait: value({
    group: 'Run',
    value: '<duration>',
    parse: parseDuration,
    default: '0s',
    example: '30m',
    description: 'how long the run stays to retry what failed for a passing reason',
  }),
  retryDelays: value({
    group: 'Run',
    value: '<list>',
    parse: parseDurations,
    default: '5m,15m',
    description: 'the pauses before the second, third, ... attempt',
  }),
  maxAttempts: value({
    group: 'Run',
    value: '<n>',
    parse: wholeNumber(1, 100),
    default: '3',
    description: 'attempts before failed work is given up',
  }),
  maxRejectShare: value({
    group: 'Quality gates',
    value: '<percent>',
    parse: parsePercent,
    default: percentText(DEFAULT_GATES.maxRejectShare),
    description: 'percent of rejected rows above which a partition fails',
  }),
  maxShrinkage: value({
    group: 'Quality gates',
    value: '<list>',
    parse: shrinkage(DEFAULT_GATES.maxShrinkage),
    default: shrinkageText(DEFAULT_GATES.maxShrinkage),
    example: 'rows=60',
    description: 'percent lost since the last capture, above which a partition fails; a bare number sets all three',
  }),
  warnShrinkage: value({
    group: 'Quality gates',
    value: '<list>',
    parse: shrinkage(DEFAULT_GATES.warnShrinkage),
    default: shrinkageText(DEFAULT_GATES.warnShrinkage),
    example: 'rows=60',
    description: 'the same since the nearest week, for a warning',
  }),
  maxUpdateLead: value({
    group: 'Quality gates',
    value: '<days>',
    parse: wholeNumber(0, MOST_DAYS),
    default: String(DEFAULT_GATES.maxUpdateLeadDays),
    description: 'days by which lastUpdateDate may precede the week ending',
  }),
  metricsFile: METRICS_FILE,
  pushgatewayUrl: PUSHGATEWAY_URL,
  pingUrl: PING_URL,
  json: toggle({ group: 'Output', description: 'the result as one JSON document on stdout' }),
  logFormat: value({
    group: 'Output',
    value: '<text|json>',
    parse: oneOf(LOG_FORMATS, 'a format'),
    default: 'text',
    example: 'json',
    description: 'what stderr gets: texts, or one JSON object a line',
  }),
  verbose: toggle({ group: 'Output', short: '-v', description: 'say more, with stack traces' }),
  quiet: toggle({ group: 'Output', short: '-q', description: 'problems and one summary line only' }),
};

/** Every option of the program, of the default run and of the commands beside it. */
export const OPTIONS = { ...RUN_OPTIONS, ...COMMAND_OPTIONS };

export type OptionName = keyof typeof OPTIONS;

export type RunOptionName = keyof typeof RUN_OPTIONS;

/** What each option's text is read as. */
export type OptionValues = {
  readonly [K in OptionName]: (typeof OPTIONS)[K] extends OptionSpec<infer T> ? T : never;
};

/** The options of the default run, in the order of the help. */
export const OPTION_NAMES = Object.keys(RUN_OPTIONS) as RunOptionName[];

export const ALL_OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

/** Two options that say different things about one matter. */
interface Conflict {
  readonly pair: readonly [OptionName, OptionName];
  /** Whether the two contradict each other when both are given. */
  readonly clash: (values: Partial<OptionValues>) => boolean;
}

export const CONFLICTS: readonly Conflict[] = [
  { pair: ['lookbackWeeks', 'weeks'], clash: () => true },
  { pair: ['mode', 'dryRun'], clash: ({ mode, dryRun }) => (mode === 'dry-run') !== dryRun },
  { pair: ['verbose', 'quiet'], clash: ({ verbose, quiet }) => verbose === true && quiet === true },
];

/** `--lookback-weeks` for `lookbackWeeks`. */
export function flagOf(name: OptionName): string {
  return `--${words(name).join('-')}`;
}

/** `MARKET_SPINE_LOOKBACK_WEEKS` for `lookbackWeeks`. */
export function environmentVariableOf(name: OptionName): string {
  return `MARKET_SPINE_${words(name).join('_').toUpperCase()}`;
}

function words(name: OptionName): string[] {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).split(' ');
}
