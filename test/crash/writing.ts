import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Watches what a command writes to the database at `db` and its write-ahead log, without opening either, until
 * `limit` bytes are written or the command ends; returns by how many bytes each has grown. Looking never sleeps, so that a limit falls
 * into the middle of a commit as a crash does.
 */
export async function watchWriting(
  child: ChildProcess,
  db: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<{ db: number; log: number }> {
  const before = sizeOf(db);
  const written = { db: 0, log: 0 };
  while (child.exitCode === null && child.signalCode === null && written.db + written.log < limit) {
    written.db = Math.max(written.db, sizeOf(db) - before);
    written.log = Math.max(written.log, sizeOf(`${db}-wal`));
    await nextTurn();
  }
  return written;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
