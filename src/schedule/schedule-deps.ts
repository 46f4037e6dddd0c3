import type { Clock } from '../domain/clock.ts';
import type { Source, SourceName } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { Emit } from './events.ts';

/** The world a run works in; all of it is handed in. */
export interface ScheduleDeps {
  /** Opens the database to write it, holding its run lock. Throws FatalError. */
  readonly openForRun: () => Promise<Store>;
  /** Opens the database to read it; null when there is none. Throws FatalError. */
  readonly openToRead: () => Store | null;
  readonly databaseExists: () => boolean;
  readonly source: (name: SourceName) => Source;
  /** Checks that the source can be looked at at all. Throws FatalError. */
  readonly checkSource: () => Promise<void>;
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
