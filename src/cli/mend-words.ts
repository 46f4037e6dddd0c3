import { ALL_TIERS } from '../domain/tier.ts';
import type { Mend } from '../operations/gaps.ts';
import { API_DEFAULTS } from '../sources/api/limits.ts';
import type { RecordedRun } from '../store/run-queries.ts';
import { PROGRAM_NAME } from './help-text.ts';
import { ruleWords, unlessDefault } from './rule-words.ts';
import type { RunOptions } from './run-options.ts';

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
  const recorded: Partial<RunOptions> = sourceOptions ?? {};
  const db = ['--db', database, ...allowanceWords(recorded)];
  if (mend.kind === 'retry') return [PROGRAM_NAME, 'work', 'retry', String(mend.itemId), ...db];
  const { weekEnding, tier } = mend.partition;
  const tiers = tier === ALL_TIERS ? [] : ['--tiers', tier];
  const rest = mend.onlyCalcs ? ['--only-stage', 'calc'] : [...sourceWords(recorded), ...ruleWords(recorded)];
  const force = mend.force ? ['--force'] : [];
  return [PROGRAM_NAME, '--weeks', weekEnding, ...tiers, ...rest, ...force, ...db];
}

/** The flag without which a database on a network file system is refused, where the options have it. */
export function allowanceWords({ allowNetworkFs }: Partial<RunOptions>): string[] {
  return allowNetworkFs === true ? ['--allow-network-fs'] : [];
}

/** The flags that lead a run to the source of `options`; what they do not set is left to the defaults. */
export function sourceWords(options: Partial<RunOptions>): string[] {
  const { source, dataDir, archiveDir, fileDate } = options;
  const archive = flag('--archive-dir', archiveDir);
  if (source === 'archive') return ['--source', 'archive', ...archive];
  if (source === 'api') return ['--source', 'api', ...apiWords(options), ...archive];
  return [
    ...flag('--data-dir', dataDir),
    ...(fileDate === 'published' ? flag('--file-date', fileDate) : []),
    ...archive,
  ];
}

// All that decides where a request goes: credentials of the environment would otherwise be sent to FINRA.
function apiWords({ summaryTypes, api, reconcile }: Partial<RunOptions>): string[] {
  return [
    ...(summaryTypes === undefined ? [] : unlessDefault('summaryTypes', summaryTypes.join(','))),
    ...unlessDefault('apiBaseUrl', api?.baseUrl),
    ...(api?.tokenUrl === API_DEFAULTS.tokenUrl ? [] : flag('--api-token-url', api?.tokenUrl)),
    ...(reconcile === true ? ['--reconcile'] : []),
  ];
}

function flag(name: string, value: unknown): string[] {
  return typeof value === 'string' ? [name, value] : [];
}
