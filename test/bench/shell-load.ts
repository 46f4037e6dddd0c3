import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { captureId } from '../../src/domain/capture-id.ts';
import type { StorePartition } from '../../src/domain/partition.ts';
import { TIER_DESCRIPTIONS } from '../generator/week.ts';
import { type ProcessRun, runProcess } from './process-run.ts';
import { FIRST_RUN_DATE, filePath, type Weeks } from './weeks.ts';

const SHELL = 'sqlite3';

/** The version of the `sqlite3` program on the path; null where there is none. */
export function shellVersion(): string | null {
  const { error, stdout } = spawnSync(SHELL, ['--version'], { encoding: 'utf8' });
  return error === undefined ? (stdout.split(' ')[0] ?? null) : null;
}

/**
 * Loads `weeks` into an empty database with the `sqlite3` program alone: `.import`, then one SQL statement per table,
 * one transaction a partition and one a week's tier_split.
 */
export async function loadWithShell(weeks: Weeks, database: string): Promise<ProcessRun> {
  return withPeak(await runProcess(SHELL, ['-batch', '-bail', database], { input: script(weeks) }));
}

function script(weeks: Weeks): string {
  const weekEndings = [...new Set(weeks.partitions.map(({ weekEnding }) => weekEnding))];
  return [
    read('shell-schema.sql'),
    // Splits at the separators alone, as FINRA's form wants: a quote in a name is data.
    '.mode ascii',
    '.separator "|" "\\n"',
    ...weeks.partitions.flatMap((partition) => [
      'BEGIN IMMEDIATE;',
      `.import --skip 1 ${quoted(filePath(weeks.dataDir, partition))} incoming`,
      ...parameters(partition, { tier: partition.tier, tier_text: TIER_DESCRIPTIONS[partition.tier] }),
      read('shell-partition.sql'),
      'DELETE FROM incoming;',
      'COMMIT;',
    ]),
    ...weekEndings.flatMap((weekEnding) => [
      'BEGIN IMMEDIATE;',
      ...parameters({ weekEnding, tier: 'ALL_TIERS' }, {}),
      read('shell-week.sql'),
      'COMMIT;',
    ]),
    // A look at a few rows of each table, so that queries are planned by how large the tables are.
    'PRAGMA analysis_limit = 400;',
    'ANALYZE;',
    // The shell's own peak: the command it starts is its child.
    process.platform === 'linux' ? '.system grep VmHWM /proc/$PPID/status' : '',
    '',
  ].join('\n');
}

function parameters(partition: StorePartition, others: Readonly<Record<string, string>>): string[] {
  const values = {
    capture_id: captureId(partition, FIRST_RUN_DATE),
    week_ending: partition.weekEnding,
    ...others,
  };
  return Object.entries(values).map(([name, value]) => `.parameter set :${name} "'${value}'"`);
}

function read(file: string): string {
  return `.read ${quoted(fileURLToPath(new URL(file, import.meta.url)))}`;
}

// The shell reads a text between double quotes as C does, which is how JSON writes a path.
function quoted(path: string): string {
  return JSON.stringify(path);
}

function withPeak(run: ProcessRun): ProcessRun {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(run.stdout) ?? [];
  return { ...run, peakBytes: kilobytes === undefined ? null : Number(kilobytes) * 1024 };
}
