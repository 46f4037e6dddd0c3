import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenDir, CLEAN_DIR, fixtureFileName, REVISED_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { fakeClock, runHere } from '../harness/in-process.ts';

/** What an operator's folder is like when a block of the README begins. */
export const STATES = ['no database', 'complete', 'an archive', 'backup', 'failed partition'] as const;

export type State = (typeof STATES)[number];

/** The run date of the README's commands: the day after the last run of any state. */
export const README_RUN_DATE = '2026-01-23';

/** An instant at which the captures of the first run were the latest, before the restatement of the second. */
export const BETWEEN_RUNS = '2026-01-20 18:00:00.000';

/**
 * Makes one folder of each state in `parent`, with the command's default places: `data/finra_otc`, `data/market_spine.db`.
 * All hold the clean fixtures. `complete` was run on 2026-01-20 and, with two partitions restated, on 2026-01-21, and so
 * was `an archive`, with `data/archive`;
 * `backup` is the same, with a copy of its database as it was between the two and a write-ahead log that a crash left;
 * `failed partition` was also run on 2026-01-22, with a file that has too many rejects.
 */
export async function makePracticeFolders(parent: string): Promise<Record<State, string>> {
  const folders = Object.fromEntries(STATES.map((state) => [state, join(parent, state.replaceAll(' ', '-'))]));
  const at = (state: State, ...names: string[]) => join(folders[state] ?? '', ...names);
  for (const state of STATES) {
    mkdirSync(at(state), { recursive: true });
    cpSync(CLEAN_DIR, at(state, DATA_DIR), { recursive: true });
  }
  await runOn(at('complete'), '2026-01-20', 0);
  cpSync(at('complete', DATABASE), at('backup', 'backups/market_spine.db'));
  cpSync(REVISED_DIR, at('complete', DATA_DIR), { recursive: true });
  await runOn(at('complete'), '2026-01-21', 0);
  await runOn(at('an archive'), '2026-01-20', 0, ARCHIVING);
  cpSync(REVISED_DIR, at('an archive', DATA_DIR), { recursive: true });
  await runOn(at('an archive'), '2026-01-21', 0, ARCHIVING);
  for (const state of ['backup', 'failed partition'] as const) cpSync(at('complete'), at(state), { recursive: true });
  writeFileSync(at('backup', `${DATABASE}-wal`), 'left behind');
  const name = fixtureFileName(SMALL_PARTITION);
  cpSync(join(brokenDir('too_many_rejects'), name), at('failed partition', DATA_DIR, name));
  await runOn(at('failed partition'), '2026-01-22', 1);
  return folders as Record<State, string>;
}

const DATA_DIR = 'data/finra_otc';
const DATABASE = 'data/market_spine.db';
const ARCHIVING = ['--archive-dir', 'data/archive'];

async function runOn(folder: string, date: string, code: number, more: readonly string[] = []): Promise<void> {
  const args = ['--lookback-weeks', '8', '--run-date', date, ...more];
  const ended = await runHere(args, { cwd: folder, clock: fakeClock(`${date}T15:30:00.000Z`) });
  if (ended.code !== code) throw new Error(`the run of ${date} ended with ${ended.code}: ${ended.stderr}`);
}
