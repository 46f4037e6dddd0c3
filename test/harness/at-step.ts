import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { StartOptions } from './command.ts';

/** What the real command is made to do or to seem, by `at-step.mjs`. */
export interface Staging {
  /** The statement, counted from 1, before which `signal` is sent to the process itself, or `hold` begins. */
  readonly step?: number;
  /** Counts only statements with this text. */
  readonly of?: string;
  readonly signal?: NodeJS.Signals;
  /** A path: the command stops at the step until a file of this name is there. */
  readonly hold?: string;
  /** The file to which the command's `ProcessReport` is written when it ends by itself. */
  readonly report?: string;
  /** The host name and process id that the command takes for its own, as in a container. */
  readonly host?: string;
  readonly pid?: number;
  /** The statfs(2) type of every folder, as the command sees it. */
  readonly fileSystem?: number;
}

/** What a command has used. */
export interface ProcessReport {
  /** Statements carried out. */
  readonly steps: number;
  /** The most memory it has held. */
  readonly peakKilobytes: number;
}

const PRELOAD = new URL('./at-step.mjs', import.meta.url).href;

/** The environment that stages a command. */
export function staged(staging: Staging): NonNullable<StartOptions['env']> {
  const settings = Object.entries(staging).map(([name, setting]) => [`HARNESS_${name.toUpperCase()}`, `${setting}`]);
  return { NODE_OPTIONS: `--import=${PRELOAD}`, ...Object.fromEntries(settings) };
}

/** Reads what a command staged with `report` has written. */
export function readReport(path: string): ProcessReport {
  return JSON.parse(readFileSync(path, 'utf8')) as ProcessReport;
}

/** A step at which a command waits, seen from the test. */
export interface Hold {
  readonly path: string;
  /** Resolves once the command stands at the step. */
  reached(): Promise<void>;
  /** Lets the command go on. */
  release(): void;
  /** Resolves once the step was carried out, or has failed. */
  passed(): Promise<void>;
}

/** A hold whose files lie in `dir`; give its `path` to `staged`. */
export function createHold(dir: string): Hold {
  const path = join(dir, 'hold');
  return {
    path,
    reached: () => until(() => existsSync(`${path}.reached`)),
    release: () => writeFileSync(path, ''),
    passed: () => until(() => existsSync(`${path}.passed`)),
  };
}

/** Resolves once `condition` holds, looking every few milliseconds. Throws when it has not come true in a minute. */
export async function until(condition: () => boolean): Promise<void> {
  for (let looks = 0; !condition(); looks++) {
    if (looks === 12_000) throw new Error('what was waited for did not happen');
    await wait(5);
  }
}
