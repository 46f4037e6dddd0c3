import type { Judged } from './goals.ts';
import { type LoadResult, type Machine, RATIO_TO, type Results, type StepResult } from './results.ts';
import type { Ratio } from './statistics.ts';

const STEP_NAMES: Readonly<Record<StepResult['step'], string>> = {
  first: 'first load',
  shell: 'the same by the sqlite3 shell',
  unchanged: 'again, nothing changed',
  revised: 'again, one tier revised',
  alone: 'that tier alone, empty database',
  forced: 'again, --force',
};

const KIND_NAMES = { symbol: 'one symbol, all weeks', partition: 'one partition', as_of: 'one week as of' } as const;

/** The results as Markdown tables, with the machine and the goals. */
export function tablesOf(results: Results, goals: readonly Judged[]): string {
  return [
    machineLine(results),
    ...(results.loads.length === 0 ? [] : [loadTable(results.loads)]),
    ...(results.startUp.length === 0 ? [] : [startUpTable(results)]),
    ...(results.reading === null ? [] : [readingTable(results.reading)]),
    goalTable(goals),
  ].join('\n\n');
}

function machineLine({ machine, rounds }: Results): string {
  return `${machineText(machine)}; median of ${rounds} rounds, load average ${machine.loadAverage.toFixed(1)} at the start.`;
}

function machineText({ cpu, cores, memoryBytes, system, node, sqlite, shell }: Machine): string {
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GB`;
  const shellText = shell === null ? 'no sqlite3 shell' : `sqlite3 shell ${shell}`;
  return `${cpu}, ${cores} cores, ${memory}, ${system}, Node ${node}, SQLite ${sqlite}, ${shellText}`;
}

function loadTable(loads: readonly LoadResult[]): string {
  const rows = loads.flatMap(({ weeks, steps }) =>
    steps.map((step) => [
      String(weeks),
      STEP_NAMES[step.step],
      step.rows === 0 ? '' : grouped(step.rows),
      step.seconds.toFixed(step.seconds < 1 ? 3 : 2),
      step.rows === 0 ? '' : grouped(step.rows / step.seconds),
      step.peakBytes === null ? '' : String(Math.round(step.peakBytes / 1e6)),
      step.bytesPerRow === null ? '' : step.bytesPerRow.toFixed(0),
      step.ratio === null ? '' : `${ratioText(step.ratio)} x ${RATIO_TO[step.step]}`,
    ]),
  );
  return table(['weeks', 'run', 'rows', 'seconds', 'rows a second', 'peak MB', 'bytes a row', 'ratio'], rows);
}

function startUpTable({ startUp }: Results): string {
  return table(
    ['command', 'milliseconds', 'x node -e 0'],
    startUp.map(({ command, seconds, ratio }) => [command, milliseconds(seconds), ratioText(ratio)]),
  );
}

function readingTable({ weeks, queries }: NonNullable<Results['reading']>): string {
  return table(
    [`reading ${weeks} weeks`, 'view', 'rows', 'milliseconds', "the shell's tables", 'ratio'],
    queries.map(({ kind, view, rows, seconds, shellSeconds, ratio }) => [
      KIND_NAMES[kind],
      view,
      grouped(rows),
      milliseconds(seconds),
      milliseconds(shellSeconds),
      ratioText(ratio),
    ]),
  );
}

function goalTable(goals: readonly Judged[]): string {
  return table(
    ['goal', 'wanted', 'aim', 'measured', ''],
    goals.map((goal) => [
      goal.name,
      `${goal.atMost ? 'at most' : 'at least'} ${figure(goal, goal.goal)}`,
      goal.aim === null ? '' : figure(goal, goal.aim),
      goal.value === null ? '' : `${figure(goal, goal.value)}${goal.of === null ? '' : ` (${goal.of})`}`,
      goal.isMet === null ? 'not measured' : goal.isMet ? 'met' : 'missed',
    ]),
  );
}

function figure({ unit }: Judged, value: number): string {
  return unit === 'x' ? `${value.toFixed(2)} x` : `${value.toFixed(0)} ${unit}`;
}

function ratioText({ median, low, high }: Ratio): string {
  return `${median.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toFixed(seconds < 0.1 ? 2 : 0);
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
