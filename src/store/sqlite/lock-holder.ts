import SqliteHandle from 'better-sqlite3';
import type { Patience } from './patience.ts';

const LOOKS = 20;
const BETWEEN_LOOKS_MS = 50;

/**
 * Who holds the run lock of the database at `path`, in words: host, pid and since when, as the run recorded itself
 * (DESIGN section 6, "Run lock"). Between taking the lock and recording itself a run is nameless, so this looks again
 * for a second. Throws what `sleep` throws.
 */
export async function lockHolder(path: string, sleep: Patience['sleep']): Promise<string> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const holder = recordedHolder(path);
    if (holder !== null) return holder;
    await sleep(BETWEEN_LOOKS_MS);
  }
  return 'it has only just begun';
}

function recordedHolder(path: string): string | null {
  try {
    const handle = new SqliteHandle(path, { readonly: true, fileMustExist: true, timeout: 0 });
    try {
      const row = handle
        .prepare(
          `SELECT host, pid, started_at FROM core_scheduler_runs WHERE status = 'running'
          ORDER BY started_at DESC LIMIT 1`,
        )
        .get() as { host: string; pid: number; started_at: string } | undefined;
      return row === undefined ? null : `host ${row.host}, pid ${row.pid}, since ${row.started_at.slice(0, 19)} UTC`;
    } finally {
      handle.close();
    }
  } catch {
    // No database yet, or one that is just being made.
    return null;
  }
}
