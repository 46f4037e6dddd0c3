import { setImmediate as nextTurn } from 'node:timers/promises';
import { FatalError } from '../../domain/errors.ts';

/**
 * Lets in a signal that came while the program was being loaded, before a command does anything. Throws FatalError
 * `interrupted` when there was one.
 */
export async function beginUninterrupted(interrupted: AbortSignal): Promise<void> {
  await nextTurn();
  if (!interrupted.aborted) return;
  throw new FatalError({
    code: 'interrupted',
    message: `interrupted by ${interrupted.reason}; nothing was done`,
    hint: 'start it again',
  });
}
