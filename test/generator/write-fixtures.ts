import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fixtureFiles } from './fixture-files.ts';
import { FIXTURE_FOLDERS, FIXTURES } from './fixture-paths.ts';

// Run as `tsx test/generator/write-fixtures.ts [folder]`. Only the sub-folders that it writes are cleared.
const target = resolve(process.argv[2] ?? FIXTURES);
for (const folder of FIXTURE_FOLDERS) await rm(join(target, folder), { recursive: true, force: true });
for (const { path, content } of fixtureFiles()) {
  const file = join(target, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
