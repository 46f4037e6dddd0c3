import { daysBetween } from '../../domain/calendar-date.ts';
import type { PlannedPartition } from '../../schedule/action.ts';
import type { RunEvent } from '../../schedule/events.ts';
import type { RunWindow } from '../../schedule/report.ts';
import { countsField, pathField, textField } from './fields.ts';
import { figure } from './figures.ts';
import type { Style } from './style.ts';
import { PLAN_WORDS } from './words.ts';

type RunStarted = Extract<RunEvent, { type: 'run_started' }>;

/** The first lines of a report: what this run is about. */
export function headingLines(style: Style, run: RunStarted, verbose: boolean): string[] {
  const nature = run.mode === 'dry-run' ? 'dry run, nothing is written' : 'weekly run';
  return [
    `${style.heading('FINRA OTC transparency')}  ${nature}, run date ${run.runDate}`,
    ...(verbose ? pathField(style, 'run', run.runId) : []),
    ...textField(style, 'weeks', weeksText(run.window)),
    ...textField(style, 'tiers', run.window.tiers.join(', ')),
    ...pathField(style, 'source', run.dataDir === null ? run.source : `${run.source}, ${run.dataDir}`),
    ...pathField(style, 'database', run.database),
  ];
}

/** The heading's last line: the plan in numbers. */
export function planSummaryLines(style: Style, partitions: readonly PlannedPartition[]): string[] {
  const counts = PLAN_WORDS.map(({ action, word, tone }) => {
    return { count: partitions.filter((planned) => planned.action === action).length, word, tone };
  });
  return countsField(style, 'plan', counts);
}

/** The weeks of a window: one by one where they are few, otherwise their number and ends. */
export function weeksText({ weeks }: RunWindow): string {
  const [newest, oldest] = [weeks[0], weeks.at(-1)];
  if (newest === undefined || oldest === undefined) return 'none';
  if (weeks.length <= 3) return weeks.join(', ');
  const gapless = daysBetween(oldest, newest) === 7 * (weeks.length - 1);
  return `${figure(weeks.length)}, ${gapless ? `${oldest} to ${newest}` : `between ${oldest} and ${newest}`}`;
}
