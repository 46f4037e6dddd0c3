import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT, RUNS_MODULES, run } from '../harness/command.ts';
import { createWorkspace } from '../harness/workspace.ts';

const BROKEN_CLOCK = `
  const { Date: Real } = globalThis;
  globalThis.Date = class Date extends Real {
    constructor(...args) {
      if (args.length === 0) throw new Error('the clock is broken');
      super(...args);
    }
  };
`;

/** The line of a source that a line of a stack trace is about. */
function sourceLine(place: string): string | undefined {
  const [, file = '', line = ''] = /^ +at (src\/\S+?):(\d+):\d+$/.exec(place) ?? [];
  return readFileSync(join(PROJECT, file), 'utf8').split('\n')[Number(line) - 1];
}

describe('the stack trace of a bug', () => {
  it.skipIf(RUNS_MODULES)('names files and lines of the sources, though the bundle runs', async () => {
    const { dir } = createWorkspace();
    const preload = join(dir, 'broken-clock.cjs');
    writeFileSync(preload, BROKEN_CLOCK);
    const { code, stderr } = await run(['--verbose'], { cwd: dir, env: { NODE_OPTIONS: `--require ${preload}` } });
    expect(code).toBe(2);
    const places = stderr.split('\n').filter((line) => / at src\//.test(line));
    expect(stderr).toContain('Error: the clock is broken\n');
    expect(stderr).not.toContain('entry.cjs');
    expect(sourceLine(places[0] ?? '')).toContain('new Date()');
  });
});
