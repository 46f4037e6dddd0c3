import { resolve } from 'node:path';
import type { PartitionReport, RunReport } from '../schedule/report.ts';
import { allowanceWords, sourceWords } from './mend-words.ts';
import { flagOf, OPTIONS } from './option-table.ts';
import type { RunOptions } from './run-options.ts';
import { shellLine } from './shell-words.ts';

/**
 * The report with the commands that blocked partitions name made whole: the schedule says which weeks and stage, and
 * only the command line knows by which words this run was led to its database and source. Those of default places are
 * left out.
 */
export function withPlaces(report: RunReport, options: RunOptions, cwd: string): RunReport {
  return { ...report, partitions: report.partitions.map((each) => placed(each, options, cwd)) };
}

function placed(report: PartitionReport, options: RunOptions, cwd: string): PartitionReport {
  const { action, reason, error } = report;
  if (action !== 'blocked' || reason !== 'input_not_ready' || error === null) return report;
  // Only what ingests looks at a source.
  const source = report.captureId === null ? sourceWords(withoutDefaultFolder(options, cwd)) : [];
  const words = [...source, ...databaseWords(options, cwd)];
  return words.length === 0 ? report : { ...report, error: { ...error, hint: `${error.hint} ${shellLine(words)}` } };
}

function databaseWords(options: RunOptions, cwd: string): string[] {
  const { dbPath } = options;
  const db = isDefault('db', dbPath, cwd) ? [] : [flagOf('db'), dbPath];
  return [...db, ...allowanceWords(options)];
}

function withoutDefaultFolder(options: RunOptions, cwd: string): Partial<RunOptions> {
  const { dataDir, ...others } = options;
  return isDefault('dataDir', dataDir, cwd) ? others : options;
}

function isDefault(name: 'db' | 'dataDir', path: string, cwd: string): boolean {
  return path === resolve(cwd, OPTIONS[name].default ?? '');
}
