import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Outcome, type PartitionReport, type StageReport } from '../../src/schedule/report.ts';
import { totalsOf } from '../../src/schedule/totals.ts';

const RAN: StageReport = { stage: 'RAW', status: 'complete', rowCount: 180, seconds: 1, error: null };

function partition(outcome: Outcome, differs: Partial<PartitionReport> = {}): PartitionReport {
  return {
    partition: { weekEnding: '2025-12-19', tier: 'OTC' },
    action: 'ingest',
    reason: 'first_capture',
    outcome,
    stages: [],
    captureId: null,
    rows: null,
    rejects: null,
    publishedOn: '2026-01-19',
    dueAfter: '2026-01-22',
    error: null,
    ...differs,
  };
}

describe('the totals of a run', () => {
  it('count every partition under just one outcome', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...OUTCOMES)), (outcomes) => {
        const totals = totalsOf(
          outcomes.map((outcome) => partition(outcome)),
          0,
          0,
        );
        const { partitions, rows, rejects, anomalies, seconds, ...counts } = totals;
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(outcomes.length);
        expect({ partitions, rows, rejects, anomalies, seconds }).toEqual({
          partitions: outcomes.length,
          rows: 0,
          rejects: 0,
          anomalies: 0,
          seconds: 0,
        });
      }),
    );
  });

  it('name each outcome', () => {
    const totals = totalsOf(
      OUTCOMES.map((outcome) => partition(outcome)),
      3,
      1.5,
    );
    expect(totals).toMatchObject({ partitions: OUTCOMES.length, anomalies: 3, seconds: 1.5 });
    const {
      ingested,
      resumed,
      unchanged,
      awaiting,
      late,
      cancelled,
      blocked,
      retryWait,
      failed,
      notAttempted,
      planned,
    } = totals;
    const counts = [ingested, resumed, unchanged, awaiting, late, cancelled, blocked, retryWait, failed, notAttempted];
    expect([...counts, planned]).toEqual(OUTCOMES.map(() => 1));
  });

  it('add up the rows of partitions that the run worked on, and of no others', () => {
    const totals = totalsOf(
      [
        partition('ingested', { stages: [RAN], rows: 180, rejects: 2 }),
        partition('resumed', { stages: [{ ...RAN, stage: 'HHI' }], rows: 340, rejects: 0 }),
        partition('failed', { stages: [RAN, { ...RAN, stage: 'NORMALIZED', status: 'failed' }], rows: 60, rejects: 6 }),
        partition('unchanged', { rows: 450, rejects: 1 }),
        partition('failed', { stages: [{ ...RAN, status: 'failed', rowCount: null }], rows: null, rejects: null }),
      ],
      0,
      0,
    );
    expect(totals).toMatchObject({ rows: 580, rejects: 8 });
  });
});
