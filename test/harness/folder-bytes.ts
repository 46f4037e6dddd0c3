import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A digest of every file in `dir` and below, by name, but for SQLite's shared memory, which readers change too: equal
 * when nothing was changed, made or removed. Not for a database that this process itself has locked: closing the file
 * would drop the lock.
 */
export function folderBytes(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => !name.endsWith('-shm'));
  return Object.fromEntries(names.sort().map((name) => [name, digestOf(join(dir, name))]));
}

function digestOf(path: string): string {
  if (!statSync(path).isFile()) return 'no file';
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
