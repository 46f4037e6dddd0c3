import { FatalError } from '../domain/errors.ts';

/**
 * Watches results being written to `stdout`, so that a full disk under it ends no run half done: the returned function
 * gives the fault at the end, or null. A reader that stops early (`| head`) is none.
 */
export function watchOutput(stdout: NodeJS.WriteStream): () => FatalError | null {
  let fault: FatalError | null = null;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    fault ??= new FatalError({
      code: 'output_failed',
      message: `stdout cannot be written: ${error.message}`,
      hint: 'free space for it; the command went on to its end all the same, and a run is in core_scheduler_runs',
    });
  });
  return () => fault;
}
