import { existsSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CalendarDate, plusDays } from '../../src/domain/calendar-date.ts';
import { type ProcessOptions, type ProcessRun, runProcess } from './process-run.ts';
import { FIRST_RUN_DATE, REVISED, type Weeks } from './weeks.ts';

/** The executable that users get. */
export const PUBLISHED_COMMAND = fileURLToPath(new URL('../../bin/run-finra-weekly-schedule.js', import.meta.url));

/** What a run of the command is about. */
export type Step = 'first' | 'unchanged' | 'revised' | 'forced' | 'alone';

/** Each step is a run on another day, so that what it takes is a restatement and no replay. */
const DAYS_LATER: Readonly<Record<Step, number>> = { first: 0, unchanged: 1, revised: 2, forced: 3, alone: 2 };

/** Throws when the command cannot be started, as when it was not built. */
export async function checkCommand(command: string): Promise<void> {
  if (!existsSync(command)) throw new Error(`${command} is not there`);
  await runProcess(process.execPath, [command, '--version']);
}

/** Runs a step over `weeks` as a process of its own. `alone` is the revised tier only, for a fresh database. */
export function runStep(
  command: string,
  step: Step,
  weeks: Weeks,
  database: string,
  options: ProcessOptions = {},
): Promise<ProcessRun> {
  const revised = step === 'revised' || step === 'alone';
  const args = [
    ...['--weeks', step === 'alone' ? REVISED.weekEnding : rangeOf(weeks)],
    ...['--data-dir', revised ? weeks.revisedDir : weeks.dataDir],
    ...['--run-date', runDate(step), '--db', database, '--quiet'],
    ...(step === 'alone' ? ['--tiers', REVISED.tier] : []),
    ...(step === 'forced' ? ['--force'] : []),
  ];
  return runProcess(process.execPath, [command, ...args], options);
}

/** Removes a database with its side files. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '.lock']) rmSync(path + suffix, { force: true });
}

/** The bytes a database takes at rest. */
export function databaseBytes(path: string): number {
  return statSync(path).size;
}

function runDate(step: Step): CalendarDate {
  return plusDays(FIRST_RUN_DATE, DAYS_LATER[step]);
}

function rangeOf({ partitions }: Weeks): string {
  const [newest, oldest] = [partitions[0], partitions.at(-1)];
  return `${oldest?.weekEnding}..${newest?.weekEnding}`;
}
