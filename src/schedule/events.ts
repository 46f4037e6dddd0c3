import type { ErrorDetails } from '../domain/errors.ts';
import type { StorePartition } from '../domain/partition.ts';
import type { Stage } from '../domain/stage.ts';
import type { PlannedPartition } from './action.ts';
import type { Notice, RunWindow, StageReport } from './report.ts';

export type Phase = 'ingest' | 'normalize' | 'calcs';

/** What a run says while it goes on; `cli/` words it. */
export type RunEvent =
  | {
      readonly type: 'run_started';
      readonly runId: string;
      readonly mode: 'run' | 'dry-run';
      readonly runDate: string;
      readonly window: RunWindow;
      readonly source: string;
      readonly dataDir: string | null;
      readonly database: string;
    }
  | {
      readonly type: 'planned';
      readonly partitions: readonly PlannedPartition[];
      readonly unmatched: readonly string[];
    }
  /** Partitions that could not be read when they were planned, planned anew. */
  | { readonly type: 'replanned'; readonly partitions: readonly PlannedPartition[] }
  | { readonly type: 'phase_started'; readonly phase: Phase; readonly steps: number }
  | { readonly type: 'stage_started'; readonly partition: StorePartition; readonly stage: Stage }
  | {
      readonly type: 'stage_ended';
      readonly partition: StorePartition;
      readonly stage: Stage;
      readonly result: StageReport;
      readonly captureId: string | null;
      readonly rejects: number | null;
    }
  | { readonly type: 'waiting'; readonly until: string; readonly items: number }
  | { readonly type: 'notice'; readonly notice: Notice }
  /** `stack` is a bug's stack trace, null for an expected failure. */
  | { readonly type: 'run_failed'; readonly error: ErrorDetails; readonly stack: string | null };

export type Emit = (event: RunEvent) => void;
