import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Partition } from '../../src/domain/partition.ts';
import { CLEAN_DIR, fixtureFileName, REVISED_DIR } from '../generator/fixture-paths.ts';
import { type Ended, run } from './command.ts';
import { type EndedHere, type FakeClock, fakeClock, runHere } from './in-process.ts';
import { type RunDocument, runForDocument } from './run-document.ts';
import { createWorkspace, newFolder, removeFolder, type Workspace, workspaceIn } from './workspace.ts';

/** A workspace, and runs over it inside the test's own process, one after the other under one clock. */
export interface Scenario extends Workspace {
  readonly clock: FakeClock;
  /** `--data-dir` and `--db` of the workspace, for other ways to start the command. */
  readonly place: readonly string[];
  /** Runs with the options of `line`, divided by blanks, and returns the run's document. */
  run(line: string): Promise<RunDocument>;
  /** The same for the texts that people read. */
  say(line: string): Promise<EndedHere>;
  /** Starts the real command with the options of `line`. */
  start(line: string): Promise<Ended>;
  /** Puts files into the data folder: all of a fixture folder, or those of some partitions. */
  put(folder: string, partitions?: readonly Partition[]): void;
  /** Puts the restated version of a partition in the place of its file. */
  revise(partition: Partition): void;
  /** Puts the clean version of a partition in the place of its file. */
  restore(partition: Partition): void;
  /** Writes a file of the data folder, in the place of one of that name. */
  write(name: string, content: string | Uint8Array): void;
  remove(partition: Partition): void;
  removeFile(name: string): void;
}

/**
 * Scenarios that begin where one run of the real command over `from` ended. It is run once for all tests of the file
 * that calls this; each call of the result copies what it left.
 */
export function scenariosAfter(line: string, from: string): () => Scenario {
  const { dir, dataDir, db } = workspaceIn(newFolder());
  beforeAll(async () => {
    cpSync(from, dataDir, { recursive: true });
    const { code, stderr } = await run(['--data-dir', dataDir, '--db', db, ...line.split(' ')]);
    if (code !== 0) throw new Error(`the run that all tests begin with failed: ${stderr}`);
  });
  afterAll(() => removeFolder(dir));
  return () => {
    const scenario = createScenario();
    cpSync(dir, scenario.dir, { recursive: true });
    return scenario;
  };
}

/** A scenario whose data folder begins with the files of `from`, or of some partitions of it. */
export function createScenario(from?: string, partitions?: readonly Partition[]): Scenario {
  const workspace = createWorkspace();
  const clock = fakeClock();
  const place = ['--data-dir', workspace.dataDir, '--db', workspace.db];
  const args = (line: string) => [...place, ...line.split(' ').filter((word) => word !== '')];
  const scenario: Scenario = {
    ...workspace,
    clock,
    place,
    run: (line) => runForDocument(args(line), { clock }),
    say: (line) => runHere(args(line), { clock }),
    start: (line) => run(args(line), { cwd: workspace.dir }),
    put(folder, some) {
      if (some === undefined) cpSync(folder, workspace.dataDir, { recursive: true });
      for (const partition of some ?? []) {
        const name = fixtureFileName(partition);
        cpSync(join(folder, name), join(workspace.dataDir, name));
      }
    },
    revise: (partition) => scenario.put(REVISED_DIR, [partition]),
    restore: (partition) => scenario.put(CLEAN_DIR, [partition]),
    write: (name, content) => writeFileSync(join(workspace.dataDir, name), content),
    remove: (partition) => scenario.removeFile(fixtureFileName(partition)),
    removeFile: (name) => rmSync(join(workspace.dataDir, name)),
  };
  if (from !== undefined) scenario.put(from, partitions);
  return scenario;
}
