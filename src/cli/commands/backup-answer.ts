import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FatalError } from '../../domain/errors.ts';
import { backupDatabase } from '../../operations/backup.ts';
import { copyInto, integrityFault } from '../../store/sqlite/backup.ts';
import { openToCopy } from '../../store/sqlite/open-store.ts';
import type { MainDeps } from '../main.ts';
import { backupLines } from '../text/backup-lines.ts';
import type { Answer } from './command.ts';
import { type PlaceOptions, withStore } from './with-store.ts';

/** Makes a backup in `file`, relative to the working directory. */
export async function backupAnswer(options: PlaceOptions, file: string, deps: MainDeps): Promise<Answer> {
  const target = resolve(deps.cwd, file);
  const backup = await withStore(openToCopy, options, (store) =>
    backupDatabase({
      target,
      token: deps.newRunId(),
      now: deps.clock.now(),
      copyInto: (partial) => copyInto(store, partial, target),
      integrityFault,
      pause: () => pause(deps.interrupted),
    }),
  );
  return {
    exitCode: 0,
    lines: (style) => backupLines(style, options.db, backup),
    document: { database: options.db, backup: backup.target, size_bytes: backup.sizeBytes },
    notices: [],
  };
}

async function pause(interrupted: AbortSignal): Promise<void> {
  // SQLite's calls block; only a turn of the event loop lets a signal be seen.
  await nextTurn();
  if (!interrupted.aborted) return;
  throw new FatalError({
    code: 'interrupted',
    message: `interrupted by ${interrupted.reason}; no backup was made`,
    hint: 'start it again',
  });
}
