import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
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

const BROKEN_HASHES = `
  const crypto = require('node:crypto');
  const real = crypto.createHash;
  let left = 1;
  crypto.createHash = (...args) => {
    if (left-- <= 0) throw new Error('hashing is broken');
    return real(...args);
  };
`;

/** The line of a source that a line of a stack trace is about. */
function sourceLine(place: string): string | undefined {
  const [, file = '', line = ''] = /^ +at (src\/\S+?):(\d+):\d+$/.exec(place) ?? [];
  return readFileSync(join(PROJECT, file), 'utf8').split('\n')[Number(line) - 1];
}

/** Runs the command in a folder of its own, with a program loaded first that breaks something. */
async function runBroken(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { dir } = createWorkspace();
  const preload = join(dir, 'broken.cjs');
  writeFileSync(preload, program);
  return run(args, { cwd: dir, env: { ...env, NODE_OPTIONS: `--require ${preload}` } });
}

function placesOf(text: string): string[] {
  return text.split('\n').filter((line) => / at src\//.test(line));
}

describe('the stack trace of a bug', () => {
  it.skipIf(RUNS_MODULES)('names files and lines of the sources, though the bundle runs', async () => {
    const { code, stderr } = await runBroken(BROKEN_CLOCK, ['--verbose']);
    expect(code).toBe(2);
    expect(stderr).toContain('Error: the clock is broken\n');
    expect(stderr).not.toContain('entry.cjs');
    expect(sourceLine(placesOf(stderr)[0] ?? '')).toContain('new Date()');
  });

  const week = ['--weeks', '2025-12-05', '--run-date', '2026-02-02', '--data-dir', CLEAN_DIR, '--db', 'runs.db'];
  it.skipIf(RUNS_MODULES).each([
    ['--verbose', ['--verbose'], {}],
    ['-v', ['-v'], {}],
    ['its environment variable', [], { MARKET_SPINE_VERBOSE: 'yes' }],
    ['--json beside it', ['--json', '-v'], {}],
  ])('is told of a bug inside a run with %s', async (_, flags, env) => {
    const { code, stderr } = await runBroken(BROKEN_HASHES, [...week, ...flags], env);
    expect(code).toBe(2);
    expect(stderr).toContain('error: internal error: hashing is broken\n');
    expect(placesOf(stderr).join('\n')).toContain('src/pipelines/content-hash.ts');
  });

  it.skipIf(RUNS_MODULES)('is a field of the JSON log, and is kept to those who ask for it', async () => {
    const { stderr } = await runBroken(BROKEN_HASHES, [...week, '--log-format', 'json', '-v']);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.find(({ event }) => event === 'run_failed').stack).toContain('src/pipelines/content-hash.ts');
    expect(placesOf((await runBroken(BROKEN_HASHES, week)).stderr)).toEqual([]);
  });

  it.each([['--bogus'], ['--db'], ['status --bogus'], ['status extra']])(
    'is no part of a bad option: %s',
    async (line) => {
      const { code, stderr } = await run([...line.split(' '), '-v']);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^error: .*\ntry: .*\n$/) });
    },
  );

  it.skipIf(RUNS_MODULES)('is left out where --quiet displaces the environment', async () => {
    const { stderr } = await runBroken(BROKEN_CLOCK, ['--quiet'], { MARKET_SPINE_VERBOSE: 'yes' });
    expect(stderr).toBe('error: internal error: the clock is broken\ntry: run again with --verbose and report this\n');
  });

  it.each([
    ['is missing', null],
    ['is no JSON', 'mappings'],
    ['names no source', '{"version":3,"sources":[null],"names":[],"mappings":"AAAA"}'],
  ])('is as it stands where the source map %s', (_, map) => {
    const { dir } = createWorkspace();
    cpSync(join(PROJECT, 'bin'), join(dir, 'bin'), { recursive: true });
    mkdirSync(join(dir, 'dist'));
    if (map !== null) writeFileSync(join(dir, 'dist/entry.cjs.map'), map);
    const { inSources } = createRequire(import.meta.url)(join(dir, 'bin/source-positions.js'));
    const stack = 'Error: broken\n    at a (entry.cjs:1:1)\n    at entry.cjs:2:3';
    expect(inSources(stack)).toBe(stack);
  });
});
