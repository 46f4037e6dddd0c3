import type { Clock } from '../domain/clock.ts';
import type { ErrorDetails } from '../domain/errors.ts';
import type { StorePartition } from '../domain/partition.ts';
import type { Stage } from '../domain/stage.ts';
import type { Archive } from '../sources/archive/archive.ts';
import type { RunSource, Source } from '../sources/source.ts';
import type { Anomaly } from '../store/anomalies.ts';
import type { Trx } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

/** What a pipeline works with; all of it is handed in. */
export interface PipelineDeps {
  readonly store: Store;
  readonly source: (name: RunSource) => Source;
  /** Keeps the bytes of every capture, where the run was given one. */
  readonly archive?: Archive | undefined;
  readonly clock: Clock;
  /** Gives way to signals; throws the FatalError `interrupted` once one came. */
  readonly pause: () => Promise<void>;
}

/** One execution of a stage: what it is about, and the transaction's identity. */
export interface StageRun {
  readonly partition: StorePartition;
  readonly params: Readonly<Record<string, unknown>>;
  readonly executionId: number;
}

/**
 * How a stage ended. Whatever a `complete` or `failed` stage wrote is committed with its work item; a stage that must
 * leave nothing behind throws instead.
 */
export type StageResult =
  | {
      readonly status: 'complete';
      readonly captureId: string;
      readonly rowCount: number;
      readonly rejects: number | null;
      readonly anomalies: readonly Anomaly[];
    }
  | {
      readonly status: 'failed';
      readonly captureId: string;
      readonly rejects: number | null;
      readonly error: ErrorDetails;
      readonly anomalies: readonly Anomaly[];
    }
  | { readonly status: 'deferred'; readonly error: ErrorDetails };

/** The part of a stage that runs inside its one transaction. */
export type Apply = (trx: Trx) => Promise<StageResult>;

/**
 * A stage's work: what may be done ahead of the transaction (opening a source), then the transaction's own part.
 * Throws PartitionError for the partition's failure and FatalError for the run's.
 */
export interface Pipeline {
  readonly stage: Stage;
  prepare(run: StageRun, deps: PipelineDeps): Promise<Apply>;
}

/** The result of a stage whose input is not there (yet). */
export function deferred(message: string, hint: string): StageResult {
  return { status: 'deferred', error: { code: 'input_not_ready', message, hint } };
}
