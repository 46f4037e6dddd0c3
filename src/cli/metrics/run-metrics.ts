import { toDbInstant } from '../../domain/clock.ts';
import { gatherFigures, NO_DATA } from '../../operations/metrics.ts';
import { RUN_RESULTS, totalsOfRuns } from '../../operations/run-totals.ts';
import type { RunReport } from '../../schedule/report.ts';
import { loadMetricOffsets, runHistory } from '../../store/metric-queries.ts';
import type { Store } from '../../store/store.ts';
import { exitCode } from '../exit-code.ts';
import { addressShown, type SendCall } from '../http-call.ts';
import type { RunOptions } from '../run-options.ts';
import { bookDifferences, carriedOn, withOffsets } from './continuity.ts';
import { expositionOf } from './exposition.ts';
import { familiesOf, historyFamilies, type RunFacts } from './families.ts';
import type { Family, SeriesValues } from './family.ts';
import { readMetricsFile, writeMetricsFile } from './metrics-file.ts';
import { pushMetrics } from './push.ts';

/** The metrics of one run, written and pushed. Nothing here rejects: what goes wrong is told by `ended`. */
export interface RunMetrics {
  /** Books what only the old file counts; before the run counts anything. */
  opened(store: Store): Promise<void>;
  /** Takes the figures and writes the file, while the run still holds its lock: no two runs write out of turn. */
  closing(store: Store, report: RunReport): Promise<void>;
  /** Writes the file of a run that could not open its database, pushes, and resolves with what went wrong, in words. */
  ended(report: RunReport): Promise<string[]>;
}

export interface RunMetricsDeps {
  readonly send: SendCall;
  readonly version: string;
  readonly pid: number;
}

/** The metrics of a run with `options`, for `--metrics-file` and `--pushgateway-url`, either of them or both. */
export function createRunMetrics(
  options: Pick<RunOptions, 'weeks' | 'tiers' | 'runDate' | 'publication' | 'monitoring'>,
  { send, version, pid }: RunMetricsDeps,
): RunMetrics {
  const { metricsFile, pushgatewayUrl } = options.monitoring;
  const problems: string[] = [];
  let taken: Family[] | null = null;

  async function attempt<T>(what: string, action: () => T | Promise<T>): Promise<T | null> {
    try {
      return await action();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  let published: Promise<SeriesValues | null> | null = null;

  // Read once: so is said once what is wrong with it.
  function publishedBefore(): Promise<SeriesValues | null> {
    published ??= readPublished();
    return published;
  }

  async function readPublished(): Promise<SeriesValues | null> {
    if (metricsFile === null) return new Map();
    const old = await attempt(`the metrics file ${metricsFile} cannot be read`, () => readMetricsFile(metricsFile));
    if (old !== null && old.strayLines > 0) {
      const stray = old.strayLines === 1 ? '1 line is' : `${old.strayLines} lines are`;
      problems.push(
        `the old metrics file ${metricsFile} is damaged: ${stray} passed over, what it counted may be lost`,
      );
    }
    return old?.values ?? null;
  }

  async function write(families: readonly Family[]): Promise<void> {
    if (metricsFile === null) return;
    await attempt(`the metrics file ${metricsFile} cannot be written`, async () =>
      writeMetricsFile(metricsFile, await expositionOf(families), pid),
    );
  }

  async function push(families: readonly Family[], partly: boolean): Promise<void> {
    if (pushgatewayUrl === null) return;
    await attempt(`the metrics could not be pushed to ${addressShown(pushgatewayUrl)}`, () =>
      pushMetrics(pushgatewayUrl, families, partly, send),
    );
  }

  async function gather(store: Store, report: RunReport): Promise<Family[]> {
    const run = factsOf(report, version);
    const figures = await gatherFigures(store.db, { ...options, at: run.endedAt });
    return withOffsets(familiesOf(figures, figures, run), await loadMetricOffsets(store.db));
  }

  // Without an old file the counters begin with this run. The gateway is then told of the run alone: what it knows of
  // earlier ones is better.
  async function carryOn(report: RunReport): Promise<void> {
    const before = await publishedBefore();
    const families = carriedOn(familiesOf(totalsOfRun(report), NO_DATA, factsOf(report, version)), before ?? new Map());
    if (before !== null) await write(families);
    const isWhole = before !== null && before.size > 0;
    await push(isWhole ? families : families.filter(({ about }) => about === 'run'), !isWhole);
  }

  return {
    async opened(store) {
      const before = await publishedBefore();
      if (before === null || before.size === 0) return;
      await attempt('the counters of the metrics file could not be booked', async () =>
        bookDifferences(store.db, historyFamilies(totalsOfRuns(await runHistory(store.db))), before),
      );
    },
    async closing(store, report) {
      taken = await attempt('the metrics could not be taken from the database', () => gather(store, report));
      if (taken !== null) await write(taken);
    },
    async ended(report) {
      if (taken === null) await carryOn(report);
      else await push(taken, false);
      return problems;
    },
  };
}

function factsOf(report: RunReport, version: string): RunFacts {
  return { endedAt: new Date(report.endedAt), exitCode: exitCode(report), version };
}

// A history of the one run.
function totalsOfRun(report: RunReport) {
  const startedAt = toDbInstant(new Date(report.startedAt));
  const endedAt = toDbInstant(new Date(report.endedAt));
  const status = RUN_RESULTS[exitCode(report)];
  return totalsOfRuns([{ status, startedAt, endedAt, counts: { ...report.totals } }]);
}
