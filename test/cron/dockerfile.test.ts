import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';
import { cronDir, projectDir } from './tool.ts';

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
