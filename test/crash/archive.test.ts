import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesPath, entryPath } from '../../src/sources/archive/layout.ts';
import { CLEAN_DIR, FIXTURE_RUN_DATE } from '../generator/fixture-paths.ts';
import { readReport, staged } from '../harness/at-step.ts';
import { run } from '../harness/command.ts';
import { query } from '../harness/database.ts';
import { createWorkspace, newFolder, removeFolder, type Workspace, workspaceIn } from '../harness/workspace.ts';
import { runArgs } from './scenarios.ts';

const WINDOW = ['--weeks', '2025-12-12,2025-12-19', '--run-date', FIXTURE_RUN_DATE];

const archiveOf = ({ dir }: Workspace) => join(dir, 'archive');

const argsOf = (workspace: Workspace) => [
  ...runArgs(workspace.db, CLEAN_DIR),
  ...['--archive-dir', archiveOf(workspace)],
];

/** The committed captures that the archive lacks the bytes of, or the entry of an accepted one. */
function lacking(db: string, archive: string): unknown[] {
  if (!existsSync(db) || query(db, "SELECT 1 FROM sqlite_schema WHERE name = 'core_captures'").length === 0) return [];
  const captures = query(db, "SELECT * FROM core_captures WHERE source <> 'derived'");
  return captures.filter(({ content_hash, state, week_ending, tier }) => {
    const partition = { weekEnding: String(week_ending), tier } as Parameters<typeof entryPath>[1]['partition'];
    const entry = entryPath(archive, { partition, runDate: FIXTURE_RUN_DATE });
    const listed = state !== 'accepted' || readFileSync(entry, 'utf8').includes(String(content_hash));
    return !listed || !existsSync(bytesPath(archive, String(content_hash)));
  });
}

describe('a run that archives and is killed', () => {
  let steps = 0;

  beforeAll(async () => {
    const folder = newFolder();
    const report = join(folder, 'report.json');
    await run(argsOf(workspaceIn(folder)), { env: staged({ report }) });
    steps = readReport(report).steps;
    removeFolder(folder);
  });

  it.each([15, 30, 45, 60, 75, 90])(
    'has the bytes of every capture it committed after %i % of its statements, and the next run goes on',
    async (percent) => {
      const step = Math.round((percent / 100) * steps);
      const workspace = createWorkspace();
      const { db } = workspace;
      const [archive, args] = [archiveOf(workspace), argsOf(workspace)];
      const killed = await run(args, { env: staged({ step, signal: 'SIGKILL' }) });
      expect(killed.signal).toBe('SIGKILL');
      expect(lacking(db, archive)).toEqual([]);

      expect(await run(args)).toMatchObject({ code: 0 });
      expect(lacking(db, archive)).toEqual([]);
      const verified = await run(['captures', 'verify', ...WINDOW, '--db', db, '--archive-dir', archive, '--quiet']);
      expect(verified).toMatchObject({ code: 0, stdout: 'exit 0, success: 6 accepted captures: 6 equal\n' });
    },
  );
});
