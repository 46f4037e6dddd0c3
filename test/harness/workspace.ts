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

/** A fresh workspace; `from` is a folder of files that its data folder begins with. */
export function createWorkspace(from?: string): Workspace {
  const dir = mkdtempSync(join(tmpdir(), 'spine-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const dataDir = join(dir, 'data');
  if (from === undefined) mkdirSync(dataDir);
  else cpSync(from, dataDir, { recursive: true });
  return { dir, dataDir, db: join(dir, 'store', 'market_spine.db') };
}
