import { type MainDeps, main } from '../../src/cli/main.ts';
import type { Clock } from '../../src/domain/clock.ts';

/** A clock that a test owns. */
export interface FakeClock extends Clock {
  /** Sets the time, forwards or backwards. */
  set(instant: string): void;
}

/** A clock that starts at `instant` and goes one millisecond on with each look, so that no two are the same. */
export function fakeClock(instant = '2026-06-01T12:00:00.000Z'): FakeClock {
  let next = Date.parse(instant);
  return {
    now: () => new Date(next++),
    set: (text) => {
      next = Date.parse(text);
    },
  };
}

/** The world of a command that runs inside the test's own process; what is left out is as plain as can be. */
export type World = Partial<Pick<MainDeps, 'clock' | 'env' | 'cwd' | 'interrupted'>>;

/** How a command ended that ran inside the test's own process. */
export interface EndedHere {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let runs = 0;

/** Runs the whole program on `args`, real files and a real database included, without starting a process. */
export async function runHere(args: readonly string[], world: World = {}): Promise<EndedHere> {
  const texts = { stdout: '', stderr: '' };
  const sink = (stream: keyof typeof texts) => ({
    write: (text: string) => {
      texts[stream] += text;
      return true;
    },
  });
  const code = await main(args, {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    env: {},
    cwd: '/nowhere',
    clock: fakeClock(),
    host: 'test-host',
    pid: 4711,
    version: '0.0.0-test',
    newRunId: () => `run-${++runs}`,
    interrupted: new AbortController().signal,
    inSources: (stack) => stack,
    outputFault: async () => null,
    ...world,
  });
  return { code, ...texts };
}
