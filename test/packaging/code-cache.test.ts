import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT, run } from '../harness/command.ts';
import { createWorkspace } from '../harness/workspace.ts';
import { PACKAGE } from './package-files.ts';

const OTHER_VERSION = '9.8.7';

interface Loader {
  loadBundle(): { readonly script: { readonly cachedDataRejected?: boolean } };
}

function damaged(bytes: Buffer, every: number): Buffer {
  for (let index = every; index < bytes.length; index += every) bytes[index] = (bytes[index] ?? 0) ^ 0xff;
  return bytes;
}

function replacedByPipe(path: string): void {
  rmSync(path);
  execFileSync('mkfifo', [path]);
}

/** An installation of its own, whose files a test may change. */
function installation() {
  const { dir } = createWorkspace();
  for (const part of ['package.json', 'bin', 'dist']) cpSync(join(PROJECT, part), join(dir, part), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(dir, 'node_modules'));
  return {
    bundle: join(dir, 'dist/entry.cjs'),
    codeCache: join(dir, 'dist/entry.cache'),
    version: async () => run(['--version'], { command: join(dir, 'bin/run-finra-weekly-schedule.js') }),
  };
}

describe('the compiled code that the build keeps', () => {
  it('is what the bundle is loaded from by the Node.js that made it', () => {
    const { loadBundle } = createRequire(import.meta.url)(join(PROJECT, 'bin/load-bundle.js')) as Loader;
    expect(loadBundle().script.cachedDataRejected).toBe(false);
  });

  it('is ignored when it was made of another bundle, even of one as long', async () => {
    const { bundle, version } = installation();
    expect(OTHER_VERSION).toHaveLength(PACKAGE.version.length);
    writeFileSync(bundle, readFileSync(bundle, 'latin1').replaceAll(PACKAGE.version, OTHER_VERSION));
    expect(await version()).toMatchObject({ code: 0, stdout: `${OTHER_VERSION}\n`, stderr: '' });
  });

  it.each([
    ['missing', (path: string) => rmSync(path)],
    ['cut off', (path: string) => truncateSync(path, readFileSync(path).length - 1000)],
    ['without any code', (path: string) => truncateSync(path, 10)],
    ['too long', (path: string) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(100)]))],
    ['damaged in every hundredth byte', (path: string) => writeFileSync(path, damaged(readFileSync(path), 100))],
    ['damaged in one byte', (path: string) => writeFileSync(path, damaged(readFileSync(path), 500_000))],
    ['a pipe that no one writes to', replacedByPipe],
  ])('may be %s', async (_, spoil) => {
    const { codeCache, version } = installation();
    spoil(codeCache);
    expect(await version()).toMatchObject({ code: 0, stdout: `${PACKAGE.version}\n`, stderr: '' });
  });
});
