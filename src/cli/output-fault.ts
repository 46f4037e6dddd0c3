import { setImmediate as nextTurn } from 'node:timers/promises';
import { FatalError } from '../domain/errors.ts';

/**
 * Watches results being written to `stdout`, so that a full disk under it ends no run half done: the returned function
 * resolves with the fault of what was written so far, always the same one, or null. A reader that stops early (`| head`)
 * is none.
 */
export function watchOutput(stdout: NodeJS.WriteStream): () => Promise<FatalError | null> {
  let fault: FatalError | null = null;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    fault ??= new FatalError({
      code: 'output_failed',
      message: `stdout cannot be written: ${error.message}`,
      hint: 'free space for it; the command went on to its end all the same, and a run is in core_scheduler_runs',
    });
  });
  return async () => {
    // A stream tells of its last write in a later turn.
    await nextTurn();
    return fault;
  };
}
