import type { ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { createHold, type Staging, staged } from '../harness/at-step.ts';
import { type Ended, start } from '../harness/command.ts';
import { FIRST_HOST } from './recovery.ts';

/** A run that stands still in its middle. */
export interface HeldRun {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Lets it go on, and resolves when it has ended. */
  finish(): Promise<Ended>;
  /** Lets it go on, and resolves when the statement was carried out, or has failed. */
  goOn(): Promise<void>;
}

/**
 * Starts the real command and resolves once it stands before the statement that `point` names. If it stands there still
 * when the test ends, it is killed.
 */
export async function startHeldRun(
  args: readonly string[],
  dir: string,
  point: Pick<Staging, 'step' | 'of'>,
): Promise<HeldRun> {
  const hold = createHold(dir);
  const { child, ended } = start(args, { env: staged({ ...FIRST_HOST, ...point, hold: hold.path }) });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await hold.reached();
  return {
    child,
    ended,
    finish: () => {
      hold.release();
      return ended;
    },
    goOn: () => {
      hold.release();
      return hold.passed();
    },
  };
}
