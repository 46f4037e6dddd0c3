import type { Step } from './command.ts';
import type { Ratio } from './statistics.ts';

/** One step over so many weeks; `shell` is the first load, done by the `sqlite3` program alone. */
export interface StepResult {
  readonly step: Step | 'shell';
  /** Source rows that it took in. */
  readonly rows: number;
  /** Wall time of the whole process, median. */
  readonly seconds: number;
  /** Null where it was not asked for. */
  readonly peakBytes: number | null;
  /** What the database takes after a first load, per source row. */
  readonly bytesPerRow: number | null;
  /** Against what `RATIO_TO` says; null where that was not measured. */
  readonly ratio: Ratio | null;
}

/** What a step's time is compared with. */
export const RATIO_TO: Readonly<Record<StepResult['step'], string | null>> = {
  first: 'the sqlite3 shell',
  shell: null,
  unchanged: 'node -e 0',
  revised: 'that tier alone, less a run with nothing changed',
  alone: null,
  forced: 'the first load',
};

/** What was measured over so many weeks. */
export interface LoadResult {
  readonly weeks: number;
  readonly rows: number;
  readonly steps: readonly StepResult[];
}

/** A command against `node -e 0`. */
export interface StartUpResult {
  readonly command: string;
  readonly seconds: number;
  readonly ratio: Ratio;
}

export type ReadingKind = 'symbol' | 'partition' | 'as_of';

/** One query on the command's database, against the same on the shell's. */
export interface ReadingResult {
  readonly kind: ReadingKind;
  readonly view: string;
  readonly rows: number;
  readonly seconds: number;
  readonly shellSeconds: number;
  readonly ratio: Ratio;
}

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** The SQLite that the command is built with, and the shell's; null without the shell. */
  readonly sqlite: string;
  readonly shell: string | null;
  /** Of the minute before it began: other work on the machine shows here. */
  readonly loadAverage: number;
}

/** All that one benchmark measured; a scenario that did not run has nothing. */
export interface Results {
  readonly machine: Machine;
  readonly rounds: number;
  readonly startUp: readonly StartUpResult[];
  readonly loads: readonly LoadResult[];
  readonly reading: { readonly weeks: number; readonly queries: readonly ReadingResult[] } | null;
}
