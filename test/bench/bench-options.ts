import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PUBLISHED_COMMAND } from './command.ts';

/** The parts of a benchmark. */
export const SCENARIOS = ['startup', 'load', 'reading'] as const;

export type Scenario = (typeof SCENARIOS)[number];

/** What to measure, and how. */
export interface BenchOptions {
  readonly weeks: readonly number[];
  readonly rounds: number;
  readonly scenarios: readonly Scenario[];
  /** Where files and databases go; null: a folder in the system's place for temporary files, removed at the end. */
  readonly dir: string | null;
  readonly command: string;
  readonly json: boolean;
  /** Whether a figure that is far from its goal fails the benchmark. */
  readonly check: boolean;
}

export const USAGE = `npm run bench -- [options]
  --weeks <list>     numbers of weeks to load, up to 52; default 1,6,52
  --rounds <n>       rounds that a median is of; default 5
  --only <scenario>  ${SCENARIOS.join(', ')}; may be given several times; default all
  --dir <dir>        where files and databases go; files found there are used again. A disk, not memory, or what
                     waiting for it costs is left out. Default: a temporary folder, removed at the end
  --command <file>   the executable to measure; default bin/run-finra-weekly-schedule.js
  --json             one JSON document instead of tables
  --check            fail when a figure is far from its goal; 6 weeks and 3 rounds unless told
  --help
`;

const MOST_WEEKS = 52;

/** The options of a command line; null when it asks for help. Throws when it asks for what there is not. */
export function readBenchOptions(argv: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      weeks: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string', multiple: true },
      dir: { type: 'string' },
      command: { type: 'string', default: PUBLISHED_COMMAND },
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { check } = values;
  const weeks = (values.weeks ?? (check ? '6' : '1,6,52')).split(',');
  return {
    weeks: weeks.map((text) => countOf('--weeks', text, MOST_WEEKS)).sort((a, b) => a - b),
    rounds: countOf('--rounds', values.rounds ?? (check ? '3' : '5'), 1000),
    scenarios: (values.only ?? SCENARIOS).map(scenarioOf),
    dir: values.dir === undefined ? null : resolve(values.dir),
    command: resolve(values.command),
    json: values.json,
    check,
  };
}

function countOf(option: string, text: string, most: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= most) return count;
  throw new Error(`${option}: "${text}" is not a number from 1 to ${most}`);
}

function scenarioOf(text: string): Scenario {
  const scenario = SCENARIOS.find((each) => each === text);
  if (scenario === undefined) throw new Error(`--only: "${text}" is none of ${SCENARIOS.join(', ')}`);
  return scenario;
}
