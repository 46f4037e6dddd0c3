import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { PROJECT, run } from '../harness/command.ts';
import { filesBelow, PACKAGE, pack } from './package-files.ts';

const COMMAND = 'run-finra-weekly-schedule';

/** The program, and the HTTP client that only `--source api` loads. */
const BUNDLES = ['dist/entry.cjs', 'dist/prom-client.cjs', 'dist/undici.cjs'];
/** Its compiled code, and where stack traces find the sources. */
const BESIDE_IT = ['dist/entry.cache', 'dist/entry.cjs.map'];

const scratch = mkdtempSync(join(tmpdir(), 'packaging-'));
/** Where an installation would put the package. */
const installed = join(scratch, 'lib/node_modules', PACKAGE.name);
let packed: string[];

beforeAll(() => {
  const tarball = pack(scratch);
  const listing = execFileSync('tar', ['--list', '--file', tarball], { encoding: 'utf8' });
  packed = listing.trim().split('\n').sort();
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['--extract', '--strip-components=1', '--file', tarball, '--directory', installed]);
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the packed package', () => {
  it('holds the command, the operations kit, its papers, and nothing else', () => {
    expect(BUNDLES).toContain('dist/entry.cjs');
    const wanted = ['CHANGELOG.md', 'LICENSE', 'README.md', ...BUNDLES, ...BESIDE_IT, 'package.json'];
    const files = [...wanted, ...filesBelow('bin'), ...filesBelow('cron')];
    expect(packed).toEqual(files.map((name) => `package/${name}`).sort());
  });

  it('needs no other package than those it names', () => {
    const bundles = BUNDLES.map((name) => readFileSync(join(installed, name), 'utf8')).join('\n');
    const required = [...bundles.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name);
    const outside = required.filter((name) => !/^(node:|\.)/.test(name) && !builtinModules.includes(name));
    // Of better-sqlite3 the bundle holds all but the binary.
    const packages = outside.map((name) => name.split('/')[0]);
    expect(new Set(packages)).toEqual(new Set(Object.keys(PACKAGE.dependencies)));
  });

  it('carries no path of the machine it was built on', () => {
    for (const name of [...BUNDLES, ...BESIDE_IT])
      expect(readFileSync(join(installed, name), 'latin1'), name).not.toContain(PROJECT);
  });

  it('works from any folder, called through the link that an installation makes', async () => {
    // What npm would build from source; .ci/run installs the package for real.
    const modules = join(installed, 'node_modules');
    mkdirSync(modules);
    for (const name of Object.keys(PACKAGE.dependencies))
      symlinkSync(join(PROJECT, 'node_modules', name), join(modules, name));
    const bin = join(scratch, 'bin');
    const place = join(scratch, 'place');
    mkdirSync(bin);
    cpSync(CLEAN_DIR, join(place, 'data/finra_otc'), { recursive: true });
    symlinkSync(join(installed, PACKAGE.bin[COMMAND] ?? ''), join(bin, COMMAND));
    expect(statSync(join(bin, COMMAND)).mode & 0o111).toBe(0o111);

    const args = ['--weeks', '2025-12-19', '--run-date', '2026-02-02', '--quiet'];
    const ended = await run(args, { cwd: place, command: join(bin, COMMAND) });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(join(place, 'data/market_spine.db')).isFile()).toBe(true);
    const asked = await run(['--version'], { cwd: place, command: join(bin, COMMAND) });
    expect(asked.stdout).toBe(`${PACKAGE.version}\n`);
  });
});
