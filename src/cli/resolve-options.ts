import { FatalError } from '../domain/errors.ts';
import { lookbackWeeks } from '../domain/week.ts';
import type { WeekList } from '../schedule/window.ts';
import { OPTION_NAMES, OPTIONS, type OptionValues } from './option-table.ts';
import { type Environment, type Flags, type OptionDeps, readOptions } from './read-options.ts';
import type { RunOptions } from './run-options.ts';

/**
 * The options of a run, checked and frozen, from flags, environment and defaults (DESIGN section 2). Throws FatalError
 * `bad_option`.
 */
export function resolveOptions(flags: Flags, env: Environment, deps: OptionDeps): RunOptions {
  const values = readOptions(OPTION_NAMES, flags, env, deps);
  if (values.source === 'archive' && values.archiveDir === null) throw noArchive();
  return deepFreeze({
    ...windowOf(values),
    tiers: values.tiers,
    source: values.source,
    dataDir: values.dataDir,
    archiveDir: values.archiveDir,
    fileDate: values.fileDate,
    dbPath: values.db,
    dryRun: values.dryRun || values.mode === 'dry-run',
    onlyStage: values.onlyStage,
    force: values.force,
    failFast: values.failFast,
    backfill: values.weeks !== null,
    runDate: values.runDate,
    publication: { lagDays: values.publicationLag, graceDays: values.publicationGrace },
    gates: {
      maxRejectShare: values.maxRejectShare,
      maxShrinkage: values.maxShrinkage,
      warnShrinkage: values.warnShrinkage,
      maxUpdateLeadDays: values.maxUpdateLead,
    },
    maxFileBytes: values.maxFileSize,
    summaryTypes: values.summaryTypes,
    reconcile: values.reconcile,
    api: {
      baseUrl: values.apiBaseUrl,
      tokenUrl: values.apiTokenUrl,
      requestsPerSecond: values.requestsPerSecond,
      concurrency: values.concurrency,
      timeoutMs: values.requestTimeout,
      maxTries: values.requestTries,
    },
    busyTimeoutMs: values.busyTimeout,
    retry: { maxWaitMs: values.maxWait, delaysMs: values.retryDelays, maxAttempts: values.maxAttempts },
    allowNetworkFs: values.allowNetworkFs,
    monitoring: {
      metricsFile: values.metricsFile,
      pushgatewayUrl: values.pushgatewayUrl,
      pingUrl: values.pingUrl,
    },
    output: { json: values.json, logFormat: values.logFormat, verbose: values.verbose, quiet: values.quiet },
  });
}

/** The week endings that the window options stand for: those of `--weeks`, else the lookback from the run date. */
export function windowOf(values: Pick<OptionValues, 'weeks' | 'lookbackWeeks' | 'runDate'>): WeekList {
  return values.weeks ?? { weeks: lookbackWeeks(values.runDate, values.lookbackWeeks), movedDates: [] };
}

function noArchive(): FatalError {
  return new FatalError({
    code: 'bad_option',
    message: '--source archive: needs --archive-dir',
    hint: `name the archive, such as --archive-dir ${OPTIONS.archiveDir.example}`,
  });
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
