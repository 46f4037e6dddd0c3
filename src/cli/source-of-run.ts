import type { Clock } from '../domain/clock.ts';
import { looksAtSource } from '../schedule/schedule-options.ts';
import { checkDataDir, fileSource } from '../sources/file-source.ts';
import type { Source } from '../sources/source.ts';
import type { Environment } from './read-options.ts';
import type { RunOptions } from './run-options.ts';

/** The world a source lives in. */
export interface SourceWorld {
  readonly env: Environment;
  readonly clock: Clock;
  readonly version: string;
  /** Aborted with the FatalError `interrupted`. */
  readonly signal: AbortSignal;
}

/** What one run reads from: the same object for its survey and its ingests. */
export interface SourceOfRun {
  readonly source: () => Source;
  /** Checks that the source can be looked at at all. Throws FatalError. */
  readonly check: () => Promise<void>;
  /** Gives up what is under way; call it when the run has ended, however it ended. */
  readonly close: () => Promise<void>;
}

/** The source that the options name. Throws FatalError `bad_option` for an environment that the source cannot use. */
export async function sourceOfRun(options: RunOptions, world: SourceWorld): Promise<SourceOfRun> {
  if (options.source === 'api' && looksAtSource(options)) {
    // Loaded only when it is needed: a run on files must not wait for an HTTP client.
    const { openApi } = await import('./open-api.ts');
    const { source, close } = openApi(options, world);
    return { source: () => source, check: async () => {}, close };
  }
  if (options.source === 'archive' && options.archiveDir !== null) {
    const { archiveSource, checkArchive } = await import('../sources/archive/archive-source.ts');
    const { archiveDir: dir, runDate } = options;
    return { source: () => archiveSource({ dir, runDate }), check: () => checkArchive(dir), close: async () => {} };
  }
  return {
    source: () => fileSource(options),
    check: () => checkDataDir(options.dataDir),
    close: async () => {},
  };
}
