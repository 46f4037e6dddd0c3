import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder that holds package.json. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** How a started command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The executable to start instead of the project's own. */
  readonly command?: string;
  /** A program, with its first arguments, that starts the command, as `nice` does. */
  readonly through?: readonly string[];
  /** The user to start it as, by number; root may choose. */
  readonly user?: number | undefined;
}

/** Whether the readable modules are run, as MARKET_SPINE_TEST_ENTRY=source has it, instead of the published bundle. */
export const RUNS_MODULES = process.env.MARKET_SPINE_TEST_ENTRY === 'source';

const ENTRY = RUNS_MODULES
  ? [
      '--import',
      pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
      `${PROJECT}test/harness/source-entry.ts`,
    ]
  : [`${PROJECT}bin/run-finra-weekly-schedule.js`];

/** Starts the real command with an environment of its own: nothing of this process's settings reaches it. */
export function start(args: readonly string[], options: StartOptions = {}) {
  const env = { PATH: process.env.PATH ?? '', TZ: 'UTC', ...options.env };
  const entry = options.command === undefined ? ENTRY : [options.command];
  const [program = '', ...rest] = [...(options.through ?? []), process.execPath, ...entry, ...args];
  const user = options.user === undefined ? {} : { uid: options.user, gid: options.user };
  const child = spawn(program, rest, { cwd: options.cwd ?? PROJECT, env, ...user });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...texts }));
  });
  return { child, ended };
}

/** Runs the real command to its end. */
export function run(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}
