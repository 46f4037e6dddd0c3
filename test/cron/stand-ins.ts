import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { cronDir, type Finished, run } from './tool.ts';

/** A folder with stand-ins for the command and for the ways to tell someone, cleared away after the test. */
export interface StandIns {
  folder: string;
  log: string;
  lock: string;
  /** All that cron gives: no more variables than these and the settings. */
  env: NodeJS.ProcessEnv;
  /** Makes a program of a body, POSIX shell, and gives its path. */
  program(name: string, body: string): string;
  /** Replaces the command's body, POSIX shell. */
  commandIs(body: string): void;
  /** Starts weekly_finra.sh as cron does, in / and with this environment. */
  start(args?: readonly string[], env?: NodeJS.ProcessEnv, input?: string): Finished;
  /** What `mail` or `page` was called with: its arguments, one a line, an empty line, the message. Undefined: not called. */
  told(by: 'mail' | 'page'): string | undefined;
  logged(): string;
}

export function standIns(): StandIns {
  const folder = mkdtempSync(join(tmpdir(), 'weekly-finra-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = (name: string, body: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const recorder = (name: string) => program(name, `{ printf '%s\\n' "$@" ''; cat; } >"${join(folder, name)}.told"`);
  const log = join(folder, 'log/of/the/run.log');
  const env = {
    HOME: '/',
    SHELL: '/bin/sh',
    PATH: '/usr/bin:/bin',
    FINRA_WEEKLY_HOME: join(folder, 'home'),
    FINRA_WEEKLY_LOG_FILE: log,
    FINRA_WEEKLY_COMMAND: program('command', 'exit 0'),
    FINRA_WEEKLY_MAIL_COMMAND: recorder('mail'),
    FINRA_WEEKLY_PAGE_COMMAND: recorder('page'),
  };
  return {
    folder,
    log,
    lock: join(folder, 'home/weekly_finra.lock'),
    env,
    program,
    commandIs: (body) => {
      program('command', body);
    },
    start: (args = [], more = {}, input = '') =>
      run(join(cronDir, 'weekly_finra.sh'), args, { cwd: '/', env: { ...env, ...more }, input }),
    told: (by) => {
      const path = join(folder, `${by}.told`);
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    },
    logged: () => readFileSync(log, 'utf8'),
  };
}
