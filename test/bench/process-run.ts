import { spawn } from 'node:child_process';
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

/**
 * Runs a command to its end and measures it as a whole, start and end of the process included. Throws when it fails,
 * with what it said: a figure of a failed run would mean nothing.
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  { input = '', peakFile }: ProcessOptions = {},
): Promise<ProcessRun> {
  const measured = peakFile === undefined ? args : ['--require', PRELOAD, ...args];
  const env = { ...inheritedEnvironment(), TZ: 'UTC', PEAK_MEMORY_FILE: peakFile ?? '' };
  const began = performance.now();
  const { code, stdout, stderr } = await ended(spawn(command, measured, { env }), input);
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr || stdout}`);
  return { seconds, peakBytes: peakFile === undefined ? null : takePeak(peakFile), stdout };
}

// The environment that the benchmark was started in, as an operator's command has it, but for what would change what the
// command does.
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const changing = /^(?:MARKET_SPINE_|FINRA_|NODE_OPTIONS$|NODE_V8_COVERAGE$|npm_|TSX_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !changing.test(name)));
}

function ended(
  child: ReturnType<typeof spawn>,
  input: string,
): Promise<{ code: number | string | null; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  // A command that ends before it has read everything says why on stderr.
  child.stdin?.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, ...texts }));
  });
}

function takePeak(path: string): number {
  const bytes = Number(readFileSync(path, 'utf8'));
  rmSync(path);
  return bytes;
}
