import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of a test's own, with a data folder and a place for a database; removed when the test ends. */
export interface Workspace {
  readonly dir: string;
  readonly dataDir: string;
  readonly db: string;
}

/** The workspace that lies in `dir`. */
export function workspaceIn(dir: string): Workspace {
  return { dir, dataDir: join(dir, 'data'), db: join(dir, 'store', 'market_spine.db') };
}

/** A fresh workspace; `from` is a folder of files that its data folder begins with. */
export function createWorkspace(from?: string): Workspace {
  const workspace = workspaceIn(newFolder());
  onTestFinished(() => removeFolder(workspace.dir));
  if (from === undefined) mkdirSync(workspace.dataDir);
  else cpSync(from, workspace.dataDir, { recursive: true });
  return workspace;
}

/** A new folder, for whoever removes it again. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'spine-'));
}

export function removeFolder(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}
