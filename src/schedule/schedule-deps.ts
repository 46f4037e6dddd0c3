import type { Clock } from '../domain/clock.ts';
import type { Archive } from '../sources/archive/archive.ts';
import type { RunSource, Source } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { Emit } from './events.ts';
import type { RunReport } from './report.ts';

/** The world a run works in; all of it is handed in. */
export interface ScheduleDeps {
  /** Opens the database to write it, holding its run lock. Throws FatalError. */
  readonly openForRun: () => Promise<Store>;
  /** Opens the database to read it; null when there is none. Throws FatalError. */
  readonly openToRead: () => Store | null;
  /** Sees the store and the run's result after the last event, while the run lock is still held. Must not throw. */
  readonly beforeClose?: (store: Store, report: RunReport) => Promise<void>;
  readonly databaseExists: () => boolean;
  readonly source: (name: RunSource) => Source;
  /** Checks that the source can be looked at at all. Throws FatalError. */
  readonly checkSource: () => Promise<void>;
  /** Keeps the bytes of every capture; left out where the run is given no archive. */
  readonly archive?: Archive | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Gives way to signals; throws the FatalError `interrupted` once one came. */
  readonly pause: () => Promise<void>;
  /** Waits; throws the FatalError `interrupted` when a signal comes meanwhile. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly newRunId: () => string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
}
