import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cronDir, projectDir, run } from './tool.ts';

const text = readFileSync(join(cronDir, 'Dockerfile'), 'utf8');
const ignored = readFileSync(join(cronDir, 'Dockerfile.dockerignore'), 'utf8').split('\n');

/** The instructions of each stage, a line broken with a backslash made whole. */
const stages = text
  .replace(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split(/^(?=FROM )/m)
  .slice(1)
  .map((stage) => stage.split('\n').filter((line) => line !== ''));
const [build = [], runtime = []] = stages;

describe('the Dockerfile', () => {
  test('passes a linter that knows the format', () => {
    expect(validate(text).map(({ message }) => message)).toEqual([]);
  });

  test('builds in one stage and runs in another, from the same slim image of Node 20', () => {
    expect(text).toContain('ARG NODE_IMAGE=node:20-bookworm-slim\n');
    expect([build[0], runtime[0], stages.length]).toEqual(['FROM $NODE_IMAGE AS build', 'FROM $NODE_IMAGE', 2]);
  });

  test('has the compilers in the build stage only', () => {
    expect(build.join('\n')).toContain('g++ make python3');
    expect(runtime.join('\n')).not.toMatch(/g\+\+|make|python|npm/);
  });

  test('carries over the program and what it needs to run, and nothing else', () => {
    expect(runtime.filter((line) => line.startsWith('COPY'))).toEqual([
      'COPY --from=build /build/package.json ./',
      'COPY --from=build /build/bin ./bin',
      'COPY --from=build /build/dist ./dist',
      'COPY --from=build /build/node_modules ./node_modules',
    ]);
    expect(build.join('\n')).toContain('npm prune --omit=dev');
  });

  test('leaves one binary of SQLite, and nothing that another user cannot read', () => {
    const place = mkdtempSync(join(tmpdir(), 'finra-image-'));
    onTestFinished(() => rmSync(place, { recursive: true }));
    // What npm and a clone leave under umask 077, as far as the last steps of the build look at it.
    const release = 'node_modules/better-sqlite3/build/Release';
    const made = ['package.json', 'bin/shim.js', 'dist/entry.cjs', `${release}/better_sqlite3.node`];
    const waste = [
      `${release}/obj.target/better_sqlite3.node`,
      `${release}/sqlite3.a`,
      'node_modules/better-sqlite3/src/a.c',
    ];
    for (const name of [...made, ...waste]) {
      mkdirSync(dirname(join(place, name)), { recursive: true, mode: 0o700 });
      writeFileSync(join(place, name), '', { mode: name.startsWith('bin/') ? 0o700 : 0o600 });
    }
    const steps = (build.at(-1) ?? '')
      .replace(/^RUN /, '')
      .split(' && ')
      .filter((step) => !step.startsWith('npm '));
    expect(run('/bin/sh', ['-euc', steps.join('\n')], { cwd: place }).code).toBe(0);
    const left = readdirSync(place, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => statSync(join(place, name)).isFile()).sort()).toEqual(made.sort());
    const modes = left.map((name) => (statSync(join(place, name)).mode & 0o777).toString(8));
    expect(new Set(modes)).toEqual(new Set(['755', '644']));
    expect(statSync(join(place, 'bin/shim.js')).mode & 0o777).toBe(0o755);
  });

  test('runs the command under tini, as a numbered user who is not root', () => {
    expect(runtime).toContain('USER 1000:1000');
    expect(runtime.at(-1)).toBe('ENTRYPOINT ["tini", "--", "run-finra-weekly-schedule"]');
  });

  test('runs as the user that the Kubernetes base asks for', () => {
    const cronJob = readFileSync(join(cronDir, 'kubernetes/base/cronjob.yaml'), 'utf8');
    expect(cronJob).toMatch(/runAsUser: 1000\n\s+runAsGroup: 1000\n/);
  });

  test.each(['package.json', 'package-lock.json', '.npmrc', 'bin', 'src'])(
    'gets %s from a build context that leaves out what it must not hold',
    (name) => {
      expect(existsSync(join(projectDir, name))).toBe(true);
      expect(ignored).not.toContain(name);
      expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules', 'data', '**/*.db']));
    },
  );
});
