import type { ReadingKind, ReadingResult, Results, StepResult } from './results.ts';

/** What a figure should be. `atMost` false: at least. */
interface Goal {
  readonly name: string;
  readonly unit: 'x' | 'bytes' | 'MB';
  readonly atMost: boolean;
  readonly goal: number;
  /** What to aim for beyond the goal. */
  readonly aim: number | null;
  /** What `--check` still lets pass: ratios with wide margins, for machines that do other work too. */
  readonly tolerated: number;
  /** Null where it was not measured. */
  readonly measure: (results: Results) => Measure | null;
}

interface Measure {
  readonly value: number;
  /** What the value is of, where a goal is about the worst of several. */
  readonly of?: string;
}

/** A goal and how it was met; `value` is null where it was not measured. */
export interface Judged {
  readonly name: string;
  readonly unit: Goal['unit'];
  readonly atMost: boolean;
  readonly goal: number;
  readonly aim: number | null;
  readonly tolerated: number;
  readonly value: number | null;
  readonly of: string | null;
  readonly isMet: boolean | null;
  readonly isTolerated: boolean | null;
}

const MEGABYTE = 1e6;

const GOALS: readonly Goal[] = [
  firstLoad(1, { goal: 0.65, aim: 0.45, tolerated: 1.3 }),
  firstLoad(6, { goal: 0.4, aim: 0.28, tolerated: 0.8 }),
  firstLoad(52, { goal: 0.33, aim: 0.24, tolerated: 0.66 }),
  {
    name: 'rows a second, 52 weeks / 6 weeks',
    unit: 'x',
    atMost: false,
    goal: 1,
    aim: null,
    tolerated: 0.5,
    measure: (results) => {
      const [few, many] = [stepOf(results, 6, 'first'), stepOf(results, 52, 'first')];
      return few === null || many === null ? null : { value: rowsPerSecond(many) / rowsPerSecond(few) };
    },
  },
  {
    name: 'nothing changed, 6 weeks / node -e 0',
    unit: 'x',
    atMost: true,
    goal: 2,
    aim: 1.5,
    // Where Node.js itself starts fast, what the command does weighs more.
    tolerated: 6,
    measure: (results) => ratioAt(results, 6, 'unchanged'),
  },
  {
    name: '--help / node -e 0',
    unit: 'x',
    atMost: true,
    goal: 1.5,
    aim: null,
    tolerated: 3,
    measure: ({ startUp }) => {
      const help = startUp.find(({ command }) => command === '--help');
      return help === undefined ? null : { value: help.ratio.median };
    },
  },
  {
    name: 'one revised tier of 18, less an unchanged run / that tier alone',
    unit: 'x',
    atMost: true,
    goal: 1.2,
    aim: null,
    tolerated: 2.4,
    measure: (results) => ratioAt(results, 6, 'revised'),
  },
  {
    name: 'database, bytes a source row',
    unit: 'bytes',
    atMost: true,
    goal: 140,
    aim: 70,
    tolerated: 140,
    measure: (results) => {
      const bytes = largest(results)?.bytesPerRow;
      return bytes == null ? null : { value: bytes };
    },
  },
  {
    name: 'peak memory',
    unit: 'MB',
    atMost: true,
    goal: 180,
    aim: 130,
    tolerated: 270,
    measure: (results) => {
      const bytes = largest(results)?.peakBytes;
      return bytes == null ? null : { value: bytes / MEGABYTE };
    },
  },
  reading('symbol', 'reading one symbol over all weeks / shell'),
  reading('partition', 'reading one whole partition / shell'),
  reading('as_of', 'reading one week as of an instant / shell'),
];

/** Every goal with what was measured. */
export function judge(results: Results): Judged[] {
  return GOALS.map(({ measure, ...goal }) => {
    const measured = measure(results);
    const value = measured?.value ?? null;
    const holds = (limit: number): boolean | null =>
      value === null ? null : goal.atMost ? value <= limit : value >= limit;
    return { ...goal, value, of: measured?.of ?? null, isMet: holds(goal.goal), isTolerated: holds(goal.tolerated) };
  });
}

/** What `--check` fails for: figures beyond what is tolerated, and nothing to compare with. */
export function complaints(results: Results, goals: readonly Judged[]): string[] {
  const beyond = goals
    .filter(({ isTolerated }) => isTolerated === false)
    .map(({ name, of, value, tolerated }) => {
      const measured = `${value?.toFixed(2)}${of === null ? '' : ` (${of})`}`;
      return `${name}: ${measured}, where ${tolerated} is tolerated`;
    });
  const nothing = 'the sqlite3 program is not installed, so that there is nothing to compare with';
  return results.machine.shell === null ? [...beyond, nothing] : beyond;
}

function firstLoad(weeks: number, limits: Pick<Goal, 'goal' | 'aim' | 'tolerated'>): Goal {
  const name = `first load of ${weeks} week${weeks === 1 ? '' : 's'} / shell`;
  return { name, unit: 'x', atMost: true, ...limits, measure: (results) => ratioAt(results, weeks, 'first') };
}

function reading(kind: ReadingKind, name: string): Goal {
  const measure = ({ reading }: Results): Measure | null => {
    const worst = reading?.queries.filter((query) => query.kind === kind).reduce(slower);
    return worst === undefined ? null : { value: worst.ratio.median, of: worst.view };
  };
  return { name, unit: 'x', atMost: true, goal: 1, aim: null, tolerated: 3, measure };
}

function slower(a: ReadingResult, b: ReadingResult): ReadingResult {
  return b.ratio.median > a.ratio.median ? b : a;
}

function stepOf({ loads }: Results, weeks: number, step: StepResult['step']): StepResult | null {
  return loads.find((load) => load.weeks === weeks)?.steps.find((each) => each.step === step) ?? null;
}

function ratioAt(results: Results, weeks: number, step: StepResult['step']): Measure | null {
  const ratio = stepOf(results, weeks, step)?.ratio;
  return ratio == null ? null : { value: ratio.median };
}

function rowsPerSecond({ rows, seconds }: StepResult): number {
  return rows / seconds;
}

/** The first load of the most weeks. */
function largest(results: Results): StepResult | null {
  const weeks = Math.max(...results.loads.map((load) => load.weeks));
  return stepOf(results, weeks, 'first');
}
