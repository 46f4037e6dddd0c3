import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExposition, type SeriesValues } from '../../src/cli/metrics/family.ts';
import type { Partition } from '../../src/domain/partition.ts';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const OTC: Partition = { weekEnding: '2025-12-19', tier: 'OTC' };

/** One small partition on a day when it is due. */
export const ONE_PARTITION = '--weeks 2025-12-19 --tiers OTC --run-date 2026-02-02';

/** A point of a first run over the one partition at which it has recorded itself and not ingested anything. */
export const MIDDLE = { of: 'begin immediate', step: 4 } as const;

/** A scenario with the file of one partition, and a place for its metrics. */
export interface MetricsWorld extends Scenario {
  readonly metricsFile: string;
  /** The options of a run over the one partition that writes its metrics. */
  readonly line: string;
  /** What the metrics file says, by series. */
  series(): SeriesValues;
}

/** What a metrics file says, by series. */
export function seriesIn(metricsFile: string): SeriesValues {
  return readExposition(readFileSync(metricsFile, 'utf8')).values;
}

/** A scenario whose data folder holds one partition. */
export function createMetricsWorld(): MetricsWorld {
  const scenario = createScenario(CLEAN_DIR, [OTC]);
  const metricsFile = join(scenario.dir, 'market_spine.prom');
  return {
    ...scenario,
    metricsFile,
    line: `${ONE_PARTITION} --metrics-file ${metricsFile}`,
    series: () => seriesIn(metricsFile),
  };
}

/** What the counters of `series` are, by the last word of their names and label. */
export function runCounts(series: SeriesValues): Record<string, number | undefined> {
  const of = (status: string) => series.get(`market_spine_scheduler_runs_total{status="${status}"}`);
  return { success: of('success'), partial: of('partial'), critical: of('critical') };
}
