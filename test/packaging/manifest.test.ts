import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../harness/command.ts';
import { LOCK, PACKAGE } from './package-files.ts';

const { '': root, ...locked } = LOCK.packages;
const wanted = { ...PACKAGE.dependencies, ...PACKAGE.devDependencies };

describe('package.json', () => {
  it('runs on Node.js 20 and later', () => {
    expect(PACKAGE.engines.node).toBe('>=20');
  });

  it('names exact versions, the locked ones', () => {
    expect(Object.values(wanted).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    const versions = Object.keys(wanted).map((name) => [name, locked[`node_modules/${name}`]?.version]);
    expect(Object.fromEntries(versions)).toEqual(wanted);
  });

  it('says of every package with an install script whether it may run', () => {
    const scripted = Object.entries(locked).filter(([, each]) => each.hasInstallScript && !each.optional);
    const names = scripted.map(([path]) => path.split('node_modules/').at(-1) ?? '');
    expect(names.filter((name) => !(name in PACKAGE.allowScripts))).toEqual([]);
    expect(Object.keys(PACKAGE.allowScripts).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has a version that the changelog tells of', () => {
    const changelog = readFileSync(join(PROJECT, 'CHANGELOG.md'), 'utf8');
    expect(changelog).toMatch(new RegExp(`^## \\[${PACKAGE.version}\\] - \\d{4}-\\d{2}-\\d{2}$`, 'm'));
  });
});

describe('package-lock.json', () => {
  it('agrees with package.json', () => {
    expect(root).toMatchObject({ version: PACKAGE.version, dependencies: PACKAGE.dependencies });
  });

  it('fixes every package by its hash, and names no host to fetch it from', () => {
    const text = readFileSync(join(PROJECT, 'package-lock.json'), 'utf8');
    expect(text).not.toMatch(/"resolved"|registry\./);
    // npm writes no hash for the packages of other platforms, which it never saw.
    const unfixed = Object.entries(locked).filter(([, each]) => each.integrity === undefined && !each.optional);
    expect(unfixed.map(([path]) => path)).toEqual([]);
  });
});
