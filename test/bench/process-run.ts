import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A process that ran to its end. */
export interface ProcessRun {
  readonly seconds: number;
  /** Its peak resident memory in bytes; null where it was not asked for. */
  readonly peakBytes: number | null;
  readonly stdout: string;
}

export interface ProcessOptions {
  /** What is handed to its stdin. */
  readonly input?: string;
  /** For a Node process: a path that serves for handing its peak memory over. */
  readonly peakFile?: string;
}

const PRELOAD = fileURLToPath(new URL('./report-peak-memory.cjs', import.meta.url));
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Runs a command to its end and measures it as a whole, start and end of the process included. Throws when it fails,
 * with what it said: a figure of a failed run would mean nothing.
 */
export function runProcess(command: string, args: readonly string[], options: ProcessOptions = {}): ProcessRun {
  const { input = '', peakFile } = options;
  const measured = peakFile === undefined ? args : ['--require', PRELOAD, ...args];
  const env = { PATH: process.env.PATH ?? '', TZ: 'UTC', PEAK_MEMORY_FILE: peakFile ?? '' };
  const began = performance.now();
  const ended = spawnSync(command, measured, { input, env, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES });
  const seconds = (performance.now() - began) / 1000;
  if (ended.error !== undefined) throw ended.error;
  if (ended.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${ended.status ?? ended.signal}: ${ended.stderr}`);
  }
  return { seconds, peakBytes: peakFile === undefined ? null : takePeak(peakFile), stdout: ended.stdout };
}

function takePeak(path: string): number {
  const bytes = Number(readFileSync(path, 'utf8'));
  rmSync(path);
  return bytes;
}
