import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CLEAN_DIR, FIXTURE_RUN_DATE, REVISED_DIR } from '../generator/fixture-paths.ts';
import { readReport, staged } from '../harness/at-step.ts';
import { type Ended, run, start } from '../harness/command.ts';
import { storedState } from '../harness/stored-state.ts';
import { watchWriting } from './writing.ts';

/** A kind of run to interrupt: what is stored before it, and what it finds. */
export const SCENARIOS = {
  first_load: { stored: false, revised: false, runDate: FIXTURE_RUN_DATE },
  same_day_replay: { stored: true, revised: true, runDate: FIXTURE_RUN_DATE },
  restatement: { stored: true, revised: true, runDate: '2026-02-03' },
} as const;

export type ScenarioName = keyof typeof SCENARIOS;

/** A scenario with all that its interrupted runs are measured by. */
export interface Scenario {
  readonly name: ScenarioName;
  /** Statements that an uninterrupted run carries out. */
  readonly steps: number;
  /** Bytes by which the database and its write-ahead log grow in one, and the log's part of them. */
  readonly bytes: number;
  readonly logBytes: number;
  /** `storedState` after an uninterrupted run. */
  readonly state: Record<string, unknown>;
  /** A place for one more try, as the scenario begins. */
  begin(): Attempt;
}

/** One try of a scenario, in a folder of its own. */
export interface Attempt {
  readonly dir: string;
  readonly db: string;
  readonly args: readonly string[];
  end(): void;
}

// The two weeks that hold the revised partitions.
const WEEKS = '2025-12-12,2025-12-19';

/** The arguments of a run over the two weeks of every scenario. */
export function runArgs(db: string, dataDir: string, runDate: string = FIXTURE_RUN_DATE): string[] {
  return ['--weeks', WEEKS, '--run-date', runDate, '--data-dir', dataDir, '--db', db, '--quiet'];
}

/** Prepares scenarios below `dir`: a stored database to begin with, and the end of each uninterrupted run. */
export async function prepareScenarios(dir: string): Promise<(name: ScenarioName) => Promise<Scenario>> {
  const revisedDir = join(dir, 'revised');
  cpSync(CLEAN_DIR, revisedDir, { recursive: true });
  cpSync(REVISED_DIR, revisedDir, { recursive: true });
  const stored = join(dir, 'stored.db');
  refuseFailure(await run(runArgs(stored, CLEAN_DIR)));

  return async (name) => {
    const { stored: isStored, revised, runDate } = SCENARIOS[name];
    const begin = (): Attempt => {
      const own = mkdtempSync(join(dir, `${name}-`));
      const db = join(own, 'store', 'market_spine.db');
      if (isStored) {
        mkdirSync(dirname(db));
        copyFileSync(stored, db);
      }
      const args = runArgs(db, revised ? revisedDir : CLEAN_DIR, runDate);
      return { dir: own, db, args, end: () => rmSync(own, { recursive: true, force: true }) };
    };
    const { dir: own, db, args } = begin();
    const report = join(own, 'report.json');
    const { child, ended } = start(args, { env: staged({ report }) });
    const written = await watchWriting(child, db);
    refuseFailure(await ended);
    const [bytes, logBytes] = [written.db + written.log, written.log];
    return { name, steps: readReport(report).steps, bytes, logBytes, state: storedState(db), begin };
  };
}

function refuseFailure({ code, stderr }: Ended): void {
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
}

/** A folder for scenarios; the caller removes it. */
export function scenarioFolder(): string {
  return mkdtempSync(join(tmpdir(), 'spine-crash-'));
}
