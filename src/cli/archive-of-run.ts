import type { Archive } from '../sources/archive/archive.ts';
import type { MainDeps } from './main.ts';
import type { RunOptions } from './run-options.ts';

/** The archive that a run writes to; undefined without one, in a dry run, and where the run replays it. */
export async function archiveOfRun(options: RunOptions, { clock, newRunId }: MainDeps): Promise<Archive | undefined> {
  if (options.archiveDir === null || options.dryRun || options.source === 'archive') return undefined;
  const { openArchive } = await import('../sources/archive/archive.ts');
  return openArchive({ dir: options.archiveDir, clock, newName: newRunId });
}
