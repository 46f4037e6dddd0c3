import type { DataFigures } from '../../operations/metrics.ts';
import { DURATION_BOUNDS, type RunTotals } from '../../operations/run-totals.ts';
import type { Family } from './family.ts';

/** What is known of the run itself, whatever became of the database. */
export interface RunFacts {
  readonly endedAt: Date;
  readonly exitCode: number;
  readonly version: string;
}

/** Every metric of the program, each with all its label values. */
export function familiesOf(totals: RunTotals, data: DataFigures, run: RunFacts): Family[] {
  return [...historyFamilies(totals), ...runFamilies(run), ...dataFamilies(totals, data)];
}

/** The metrics that count runs: none of their series ever falls. */
export function historyFamilies({ runs, weeks, durations }: RunTotals): Family[] {
  return [
    labelled('scheduler_runs_total', 'Runs by how they ended.', 'counter', 'history', 'status', runs),
    labelled(
      'scheduler_weeks_processed_total',
      'Weeks of a tier by what runs did with them.',
      'counter',
      'history',
      'action',
      weeks,
    ),
    durationFamily(durations),
  ];
}

function runFamilies({ endedAt, exitCode, version }: RunFacts): Family[] {
  const ended = endedAt.getTime() / 1000;
  return [
    single('scheduler_last_run_timestamp_seconds', 'When the last run ended.', 'run', ended),
    single('scheduler_last_run_timestamp', 'The same, for rules written for this name.', 'run', ended),
    single('scheduler_last_exit_code', 'Exit code of the last run: 0, 1 or 2.', 'run', exitCode),
    labelled('build_info', 'Always 1, with the version of the program.', 'gauge', 'run', 'version', { [version]: 1 }),
  ];
}

function dataFamilies({ lastSuccess }: RunTotals, data: DataFigures): Family[] {
  const succeeded = (lastSuccess?.getTime() ?? 0) / 1000;
  return [
    single('scheduler_last_success_timestamp_seconds', 'When the last run with exit 0 ended, or 0.', 'data', succeeded),
    labelled('partitions', 'Weeks of a tier by how they stand.', 'gauge', 'data', 'state', data.partitions),
    single('partition_gaps', 'Weeks of a tier that are due and not complete.', 'data', data.gaps),
    labelled('work_items', 'Work items by state.', 'gauge', 'data', 'state', data.workItems),
    labelled('anomalies_unresolved', 'Open anomalies.', 'gauge', 'data', 'severity', data.anomalies),
    labelled(
      'capture_age_seconds',
      'From the newest accepted capture of a tier to the end of the last run; 0 before the first.',
      'gauge',
      'data',
      'tier',
      data.captureAgeSeconds,
    ),
  ];
}

function durationFamily({ withinBounds, sumSeconds, count }: RunTotals['durations']): Family {
  const name = full('scheduler_duration_seconds');
  const bounds = [...DURATION_BOUNDS.map(String), '+Inf'];
  return {
    name,
    help: 'How long runs took; killed ones have no duration.',
    type: 'histogram',
    about: 'history',
    samples: [
      ...bounds.map((le, index) => ({ name: `${name}_bucket`, labels: { le }, value: withinBounds[index] ?? count })),
      { name: `${name}_sum`, labels: {}, value: sumSeconds },
      { name: `${name}_count`, labels: {}, value: count },
    ],
  };
}

function labelled(
  name: string,
  help: string,
  type: Family['type'],
  about: Family['about'],
  label: string,
  values: Readonly<Record<string, number>>,
): Family {
  const samples = Object.entries(values).map(([key, value]) => ({ name: full(name), labels: { [label]: key }, value }));
  return { name: full(name), help, type, about, samples };
}

function single(name: string, help: string, about: Family['about'], value: number): Family {
  return { name: full(name), help, type: 'gauge', about, samples: [{ name: full(name), labels: {}, value }] };
}

function full(name: string): string {
  return `market_spine_${name}`;
}
