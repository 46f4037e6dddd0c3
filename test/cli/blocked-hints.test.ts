import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { createScenario } from '../harness/scenario.ts';
import { createWorkspace } from '../harness/workspace.ts';

const DATE = ['--run-date', '2026-02-02'];
const WINDOW = ['--weeks', '2025-12-19', '--tiers', 'OTC', ...DATE];
const COMMAND = 'run-finra-weekly-schedule --weeks 2025-12-19 --tiers OTC --only-stage';

/** The command that a blocked run in `cwd` names. */
async function named(cwd: string, args: readonly string[]): Promise<string> {
  const { code, stderr } = await run([...WINDOW, ...args], { cwd });
  expect(code).toBe(1);
  return /^try: (.*)$/m.exec(stderr)?.[1] ?? '';
}

/** A command line's words as a POSIX shell splits it, without the program's name. */
function wordsOf(line: string): string[] {
  return execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
    .slice(1);
}

describe('the command that a blocked partition names', () => {
  it('leads to the database and the folder of the run, whatever they are called and wherever it is given', async () => {
    const scenario = createScenario(CLEAN_DIR);
    const dir = join(scenario.dir, `it's here`);
    mkdirSync(dir);
    renameSync(scenario.dataDir, join(dir, 'files'));
    const place = ['--data-dir', "it's here/files", '--db', "it's here/a.db"];

    const ingest = await named(scenario.dir, [...place, '--only-stage', 'calc']);
    const shown = scenario.dir;
    expect(ingest).toBe(
      `${COMMAND} ingest --data-dir '${shown}/it'\\''s here/files' --db '${shown}/it'\\''s here/a.db'`,
    );
    expect((await run([...wordsOf(ingest), ...DATE], { cwd: createWorkspace().dir })).code).toBe(0);
    const normalize = await named(scenario.dir, [...place, '--only-stage', 'calc']);
    expect(normalize).toBe(`${COMMAND} normalize --db '${shown}/it'\\''s here/a.db'`);
    expect((await run([...wordsOf(normalize), ...DATE], { cwd: createWorkspace().dir })).code).toBe(0);
  });

  it('is short in the default places', async () => {
    expect(await named(createWorkspace().dir, ['--only-stage', 'normalize'])).toBe(`${COMMAND} ingest`);
  });

  it('leads to the source of the run', async () => {
    const { dir } = createWorkspace();
    const archive = ['--source', 'archive', '--archive-dir', 'kept', '--only-stage', 'normalize'];
    expect(await named(dir, archive)).toBe(`${COMMAND} ingest --source archive --archive-dir ${dir}/kept`);
    const api = ['--source', 'api', '--api-base-url', 'http://localhost:1', '--only-stage', 'normalize'];
    expect(await named(dir, api)).toBe(`${COMMAND} ingest --source api --api-base-url http://localhost:1`);
  });
});
