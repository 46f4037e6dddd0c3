import { accessSync, constants, readdirSync } from 'node:fs';
import { dataDirError } from './file-errors.ts';
import { readFileBytes, type SpareBuffers } from './file-reading.ts';
import { type FileSurveyOptions, surveyFiles } from './file-survey.ts';
import type { Source } from './source.ts';

/** Where files are looked for, how their names are read, and how large they may be. */
export interface FileSourceOptions extends FileSurveyOptions {
  readonly maxFileBytes: number;
}

/**
 * The files of a data folder as a source: its top level only, names that begin with a dot skipped, links followed only
 * where they stay inside it. Locators are the absolute paths of the folder's entries. `survey` throws what
 * `checkDataDir` throws when the folder has gone; see `readFileBytes` for what `open` throws.
 */
export function fileSource(options: FileSourceOptions): Source {
  const spare: SpareBuffers = [];
  return {
    name: 'file',
    survey: async (partitions) => surveyFiles(partitions, options),
    open: (locator) => readFileBytes(locator, options, spare),
  };
}

/**
 * Checks that the data folder is there and can be listed and entered. Throws a `FatalError`: `data_dir_missing`,
 * `data_dir_not_a_directory` or `data_dir_unreadable`.
 */
export async function checkDataDir(dataDir: string): Promise<void> {
  try {
    readdirSync(dataDir);
    accessSync(dataDir, constants.X_OK);
  } catch (error) {
    throw dataDirError(error, dataDir);
  }
}
