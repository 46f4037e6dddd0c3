import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DURATION_BOUNDS, RUN_RESULTS, type RunTotals, totalsOfRuns } from '../../src/operations/run-totals.ts';
import type { RunRecord } from '../../src/store/metric-queries.ts';

const STATUSES = ['running', 'success', 'partial', 'critical', 'interrupted'] as const;

/** A run of ten seconds that ended well, but for what `differs`. */
function runRecord(differs: Partial<RunRecord> = {}): RunRecord {
  return {
    status: 'success',
    startedAt: '2026-01-12 15:30:00.000',
    endedAt: '2026-01-12 15:30:10.000',
    counts: {},
    ...differs,
  };
}

/** Every number that may not fall. */
function countersOf({ runs, weeks, durations }: RunTotals): number[] {
  return [
    ...Object.values(runs),
    ...Object.values(weeks),
    ...durations.withinBounds,
    durations.sumSeconds,
    durations.count,
  ];
}

describe('the totals of runs', () => {
  it.each([
    ['success', 'success'],
    ['partial', 'partial'],
    ['critical', 'critical'],
    ['interrupted', 'critical'],
    ['running', 'critical'],
  ] as const)('count a run that is %s as %s', (status, result) => {
    const { runs } = totalsOfRuns([runRecord({ status })]);
    expect(runs).toEqual({ success: 0, partial: 0, critical: 0, [result]: 1 });
  });

  it('count partitions that were ingested or resumed, found unchanged, or failed; not those that wait', () => {
    const counts = {
      ingested: 1,
      resumed: 2,
      unchanged: 4,
      failed: 8,
      retryWait: 16,
      late: 32,
      blocked: 64,
      rows: 128,
    };
    const { weeks } = totalsOfRuns([runRecord({ counts }), runRecord({ counts: { ingested: 100 } })]);
    expect(weeks).toEqual({ ingested: 103, skipped: 4, failed: 24 });
  });

  it('put a duration into each bucket that it does not exceed', () => {
    const { durations } = totalsOfRuns([
      runRecord({ endedAt: '2026-01-12 15:30:00.500' }),
      runRecord({ endedAt: '2026-01-12 15:30:00.501' }),
      runRecord({ endedAt: '2026-01-12 17:30:00.000' }),
    ]);
    expect(durations.withinBounds).toEqual(DURATION_BOUNDS.map((bound) => (bound === 0.5 ? 1 : 2)));
    expect(durations).toMatchObject({ sumSeconds: 7201.001, count: 3 });
  });

  it.each([
    ['was killed, and closed by the next run days later', { counts: null, endedAt: '2026-01-19 15:30:00.000' }],
    ['never recorded its end', { counts: null, endedAt: null }],
  ])('give no duration to a run that %s', (_, differs) => {
    expect(totalsOfRuns([runRecord({ status: 'interrupted', ...differs })]).durations.count).toBe(0);
  });

  it('give a run that the clock was set back in no time at all', () => {
    const { durations } = totalsOfRuns([runRecord({ endedAt: '2026-01-12 15:29:00.000' })]);
    expect(durations).toMatchObject({ sumSeconds: 0, count: 1 });
  });

  it('name the end of the last success, whatever ran after it', () => {
    const totals = totalsOfRuns([
      runRecord({ endedAt: '2026-01-12 15:30:10.000' }),
      runRecord({ endedAt: '2026-01-05 15:30:10.000' }),
      runRecord({ status: 'partial', endedAt: '2026-01-19 15:30:10.000' }),
    ]);
    expect(totals.lastSuccess).toEqual(new Date('2026-01-12T15:30:10.000Z'));
    expect(totalsOfRuns([]).lastSuccess).toBeNull();
  });

  it('never fall as runs are added, and the runs add up', () => {
    const record = fc.record({
      status: fc.constantFrom(...STATUSES),
      milliseconds: fc.integer({ min: 0, max: 5_000_000 }),
      ingested: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const history = records.map(({ status, milliseconds, ingested }) => {
          const endedAt = new Date(Date.parse('2026-01-12T15:30:00Z') + milliseconds).toISOString();
          return runRecord({ status, endedAt: endedAt.replace('T', ' ').replace('Z', ''), counts: { ingested } });
        });
        const steps = history.map((_, index) => totalsOfRuns(history.slice(0, index + 1)));
        for (const [index, step] of steps.entries()) {
          const before = countersOf(steps[index - 1] ?? totalsOfRuns([]));
          expect(countersOf(step).every((value, at) => value >= (before[at] ?? 0))).toBe(true);
          expect(RUN_RESULTS.reduce((sum, result) => sum + step.runs[result], 0)).toBe(index + 1);
        }
      }),
    );
  });
});
