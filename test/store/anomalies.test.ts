import { describe, expect, it } from 'vitest';
import {
  openErrors,
  partitionsWithRawFaults,
  raiseAnomaly,
  resolveAnomalies,
  resolveFaults,
  resolveRunAnomalies,
  type Sighting,
} from '../../src/store/anomalies.ts';
import type { Severity } from '../../src/store/schema.ts';
import type { Store } from '../../src/store/store.ts';
import { DIALECTS, instant } from './dialects.ts';

const OTC = { weekEnding: '2025-12-19', tier: 'OTC' } as const;
const TIER_1 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' } as const;
const OTC_KEY = '{"week_ending":"2025-12-19","tier":"OTC"}';

const at = (day: number, differs: Partial<Sighting> = {}): Sighting => ({
  partition: OTC,
  stage: 'RAW',
  runId: `run-${day}`,
  now: instant(day),
  ...differs,
});

const anomaly = (category: string, severity: Severity = 'ERROR') => ({ severity, category, message: `${category}!` });

const rows = (store: Store) => store.db.selectFrom('core_anomalies').selectAll().orderBy('anomaly_id').execute();

const open = async (store: Store) =>
  (await rows(store)).filter((row) => row.resolved_at === null).map((row) => row.category);

describe.each(DIALECTS)('an anomaly in $name', ({ open: openStore }) => {
  it('is counted up while it is open, with the newest severity, message, run and time', async () => {
    const { db } = await openStore();
    await raiseAnomaly(db, anomaly('TRUNCATED_FILE', 'WARN'), at(1));
    await raiseAnomaly(db, { ...anomaly('TRUNCATED_FILE'), message: 'again' }, at(2));
    expect(await db.selectFrom('core_anomalies').selectAll().execute()).toMatchObject([
      {
        severity: 'ERROR',
        message: 'again',
        occurrences: 2,
        run_id: 'run-2',
        detected_at: instant(1),
        last_seen_at: instant(2),
        partition_key: OTC_KEY,
        stage: 'RAW',
        resolved_at: null,
        resolution: null,
      },
    ]);
  });

  it('is another one for another category, partition or stage', async () => {
    const store = await openStore();
    await raiseAnomaly(store.db, anomaly('A'), at(1));
    await raiseAnomaly(store.db, anomaly('B'), at(1));
    await raiseAnomaly(store.db, anomaly('A'), at(1, { partition: TIER_1 }));
    await raiseAnomaly(store.db, anomaly('A'), at(1, { stage: 'NORMALIZED' }));
    await raiseAnomaly(store.db, anomaly('A'), at(1, { partition: null, stage: null }));
    expect((await rows(store)).map((row) => row.occurrences)).toEqual([1, 1, 1, 1, 1]);
  });

  it('begins anew after it was resolved', async () => {
    const store = await openStore();
    await raiseAnomaly(store.db, anomaly('A'), at(1));
    await resolveAnomalies(store.db, at(2), [], 'mended');
    await raiseAnomaly(store.db, anomaly('A'), at(3));
    expect(await rows(store)).toMatchObject([
      { occurrences: 1, resolved_at: instant(2), resolution: 'mended' },
      { occurrences: 1, resolved_at: null },
    ]);
  });

  it('is resolved for its own partition and stage, unless it was just raised again', async () => {
    const store = await openStore();
    for (const category of ['A', 'B']) await raiseAnomaly(store.db, anomaly(category), at(1));
    await raiseAnomaly(store.db, anomaly('C'), at(1, { partition: TIER_1 }));
    await raiseAnomaly(store.db, anomaly('D'), at(1, { stage: 'HHI' }));
    await resolveAnomalies(store.db, at(2), ['B'], 'mended');
    expect(await open(store)).toEqual(['B', 'C', 'D']);
  });

  it('that is a mere remark is resolved by its stage, and by no look at the source', async () => {
    const store = await openStore();
    await raiseAnomaly(store.db, anomaly('REMARK', 'INFO'), at(1));
    await raiseAnomaly(store.db, anomaly('LATE', 'WARN'), at(1));
    await resolveFaults(store.db, at(2), [], 'there');
    expect(await open(store)).toEqual(['REMARK']);
    await resolveAnomalies(store.db, at(3), [], 'ingested');
    expect(await open(store)).toEqual([]);
  });

  it('of a run is resolved by a later run, not by the one that raised it', async () => {
    const store = await openStore();
    const run = (day: number) => at(day, { partition: null, stage: null });
    await raiseAnomaly(store.db, anomaly('RUN_KILLED', 'WARN'), run(1));
    await resolveRunAnomalies(store.db, run(1), 'clean');
    expect(await open(store)).toEqual(['RUN_KILLED']);
    await raiseAnomaly(store.db, anomaly('A'), at(1));
    await resolveRunAnomalies(store.db, run(2), 'clean');
    expect(await open(store)).toEqual(['A']);
  });
});

describe.each(DIALECTS)('what is open in $name', ({ open: openStore }) => {
  it('and an error is listed for the partitions asked for', async () => {
    const { db } = await openStore();
    await raiseAnomaly(db, anomaly('B'), at(1));
    await raiseAnomaly(db, anomaly('A', 'CRITICAL'), at(1));
    await raiseAnomaly(db, anomaly('WARNING', 'WARN'), at(1));
    await raiseAnomaly(db, anomaly('ELSEWHERE'), at(1, { partition: TIER_1 }));
    await raiseAnomaly(db, anomaly('RESOLVED'), at(1, { stage: 'HHI' }));
    await resolveAnomalies(db, at(2, { stage: 'HHI' }), [], 'mended');
    expect((await openErrors(db, [OTC])).map(({ category }) => category)).toEqual(['A', 'B']);
  });

  it('and wrong with a source is told by its partition', async () => {
    const { db } = await openStore();
    await raiseAnomaly(db, anomaly('LATE', 'WARN'), at(1));
    await raiseAnomaly(db, anomaly('REMARK', 'INFO'), at(1, { partition: TIER_1 }));
    await raiseAnomaly(db, anomaly('A'), at(1, { partition: TIER_1, stage: 'NORMALIZED' }));
    expect(await partitionsWithRawFaults(db, [OTC, TIER_1])).toEqual(new Set([OTC_KEY]));
    expect(await partitionsWithRawFaults(db, [TIER_1])).toEqual(new Set());
  });
});
