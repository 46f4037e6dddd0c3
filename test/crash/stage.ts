import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { TIERS } from '../../src/domain/tier.ts';
import type { RunReport } from '../../src/schedule/report.ts';
import { CLEAN_DIR, FIXTURE_RUN_DATE, fixtureFileName } from '../generator/fixture-paths.ts';
import { type Doubles, type Hours, runScheduled, standingTime } from '../harness/schedule.ts';
import { storedState } from '../harness/stored-state.ts';
import { createWorkspace, type Workspace } from '../harness/workspace.ts';

/** The one week of a stage. */
export const WEEK = '2025-12-19';

/** The three files of `WEEK`, and runs over them inside the test's own process. */
export interface Stage extends Workspace {
  readonly hours: Hours;
  run(args: readonly string[], doubles?: Doubles): Promise<RunReport>;
}

/** A stage on which nothing has run yet. */
export function createStage(): Stage {
  const workspace = createWorkspace();
  for (const tier of TIERS) {
    const name = fixtureFileName({ weekEnding: WEEK, tier });
    copyFileSync(join(CLEAN_DIR, name), join(workspace.dataDir, name));
  }
  const hours = standingTime();
  const place = [
    '--weeks',
    WEEK,
    '--run-date',
    FIXTURE_RUN_DATE,
    '--data-dir',
    workspace.dataDir,
    '--db',
    workspace.db,
  ];
  return { ...workspace, hours, run: (args, doubles) => runScheduled([...place, ...args], hours, doubles) };
}

/** `storedState` after one run that nothing has gone wrong with. */
export async function undisturbed(): Promise<Record<string, unknown>> {
  const stage = createStage();
  await stage.run([]);
  return storedState(stage.db);
}

/** What became of each partition, in the order of the tiers. */
export function outcomes({ partitions }: RunReport): string[] {
  return partitions.map(({ outcome }) => outcome);
}
