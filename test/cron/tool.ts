import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

/** The project's folder, and its cron/ folder, with no trailing slash. */
export const projectDir = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const cronDir = join(projectDir, 'cron');

/** What a finished process left: its exit code (-1 when a signal ended it) and both outputs. */
export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. Throws when it cannot be started at all. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string; uid?: number; gid?: number } = {},
): Finished {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (error !== undefined) throw error;
  return { code: status ?? -1, stdout, stderr };
}

/** How long a program of the system's may take on a busy machine, in milliseconds. */
const TOOL_TIMEOUT = 60_000;

/** A test that needs a program of the system's: without it, a failure in CI and a skip with a reason elsewhere. */
export function testWith(tool: string, name: string, body: () => void): void {
  test(name, { timeout: TOOL_TIMEOUT }, ({ skip }) => {
    if (!isOnPath(tool)) {
      const reason = `${tool} is not installed on this machine`;
      if (process.env.CI) throw new Error(`${reason}; .ci/run has to install it`);
      skip(reason);
    }
    body();
  });
}

function isOnPath(tool: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
