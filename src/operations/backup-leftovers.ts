import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const DAY_MS = 24 * 60 * 60_000;

/** A copy in the making, beside its target; `token` sets it apart from other backups' to the same name. */
export function partialOf(target: string, token: string): string {
  return join(dirname(target), `.${basename(target)}.${token}.partial`);
}

/** What a copy in the making consists of, be it finished or not. */
export function filesOf(partial: string): string[] {
  return [partial, `${partial}-journal`];
}

/**
 * Deletes what killed backups to the same name left. Nothing that was written to within a day: that may be a backup
 * which goes on. What cannot be deleted stays; no backup fails for it.
 */
export function clearLeftovers(target: string, now: Date): void {
  const begins = `.${basename(target)}.`;
  for (const name of namesIn(dirname(target))) {
    if (!name.startsWith(begins) || !/^[0-9a-f-]{36}\.partial(-journal)?$/.test(name.slice(begins.length))) continue;
    const file = join(dirname(target), name);
    try {
      if (now.getTime() - statSync(file).mtimeMs > DAY_MS) rmSync(file);
    } catch {
      // Another backup was faster, or it is somebody else's.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
