import { FatalError } from '../domain/errors.ts';

/** Keeps what went wrong with results on their way to stdout, so that a full disk under it ends no run half done. */
export interface OutputWatch {
  readonly onFault: (error: NodeJS.ErrnoException) => void;
  /** The fault of what was written so far, always the same one, or null. */
  readonly fault: () => FatalError | null;
}

/** A watch over stdout. A reader that stops early (`| head`) is no fault. */
export function watchOutput(): OutputWatch {
  let fault: FatalError | null = null;
  return {
    onFault(error) {
      if (error.code === 'EPIPE') return;
      fault ??= new FatalError({
        code: 'output_failed',
        message: `stdout cannot be written: ${error.message}`,
        hint: `${remedy(error)}; the command went on to its end all the same, and what a run did is in core_scheduler_runs`,
      });
    },
    fault: () => fault,
  };
}

function remedy({ code }: NodeJS.ErrnoException): string {
  const lacksSpace = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return lacksSpace ? 'free space for it' : 'lead it to where it can be written';
}
