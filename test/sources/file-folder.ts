import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import { type FileSourceOptions, fileSource } from '../../src/sources/file-source.ts';
import type { Source } from '../../src/sources/source.ts';

/** A new folder that is gone when the test is over. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'file-source-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file source over `dataDir` with the options an operator gets without setting any. */
export function sourceOver(dataDir: string, options: Partial<FileSourceOptions> = {}): Source {
  const defaults = {
    dataDir,
    fileDate: 'week',
    publication: DEFAULT_PUBLICATION,
    maxFileBytes: 256 * 1024 * 1024,
  } as const;
  return fileSource({ ...defaults, ...options });
}
