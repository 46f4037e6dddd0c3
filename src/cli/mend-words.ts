import { ALL_TIERS } from '../domain/tier.ts';
import type { Mend } from '../operations/gaps.ts';
import type { RecordedRun } from '../store/run-queries.ts';
import { PROGRAM_NAME } from './help-text.ts';
import { OPTIONS } from './option-table.ts';

/** Where a command finds the database and, for a run, the source. */
export interface MendPlaces {
  readonly database: string;
  /** The options of the last run that looked at its source, which a mending run reads too; null where none did. */
  readonly sourceOptions: RecordedRun['options'] | null;
}

/** What to know of a retried item that was COMPLETE; the command follows. */
export const REMAKE_HINT = 'runs put it back to COMPLETE where it is current; only a forced one makes it again';

/** The words of a command line that carries out `mend`, the program's name first. */
export function mendWords(mend: Mend, { database, sourceOptions }: MendPlaces): string[] {
  const db = ['--db', database];
  if (mend.kind === 'retry') return [PROGRAM_NAME, 'work', 'retry', String(mend.itemId), ...db];
  const { weekEnding, tier } = mend.partition;
  const tiers = tier === ALL_TIERS ? [] : ['--tiers', tier];
  const rest = mend.onlyCalcs ? ['--only-stage', 'calc'] : sourceWords(sourceOptions ?? {});
  const force = mend.force ? ['--force'] : [];
  return [PROGRAM_NAME, '--weeks', weekEnding, ...tiers, ...rest, ...force, ...db];
}

// Options that a run recorded, as flags; what it did not set is left to the defaults.
function sourceWords(options: RecordedRun['options']): string[] {
  const { source, dataDir, archiveDir, fileDate, summaryTypes, api } = options;
  const archive = flag('--archive-dir', archiveDir);
  if (source === 'archive') return ['--source', 'archive', ...archive];
  if (source === 'api') return ['--source', 'api', ...apiWords(summaryTypes, api), ...archive];
  return [
    ...flag('--data-dir', dataDir),
    ...(fileDate === 'published' ? flag('--file-date', fileDate) : []),
    ...archive,
  ];
}

function apiWords(summaryTypes: unknown, api: unknown): string[] {
  const types = Array.isArray(summaryTypes) ? summaryTypes.join(',') : OPTIONS.summaryTypes.default;
  const baseUrl = (api as { baseUrl?: unknown } | undefined)?.baseUrl;
  return [
    ...(types === OPTIONS.summaryTypes.default ? [] : flag('--summary-types', types)),
    ...(baseUrl === OPTIONS.apiBaseUrl.default ? [] : flag('--api-base-url', baseUrl)),
  ];
}

function flag(name: string, value: unknown): string[] {
  return typeof value === 'string' ? [name, value] : [];
}
