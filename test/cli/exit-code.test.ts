import { describe, expect, it } from 'vitest';
import { exitCode, exitMeaning } from '../../src/cli/exit-code.ts';
import type { Outcome, WeekReport } from '../../src/schedule/report.ts';
import { ingested, MIDDLE, partition, report, week } from './report-builder.ts';

const GOOD = ingested(MIDDLE, 'NMS_TIER_1', 14_000);

describe('exitCode of a run', () => {
  it.each<[Outcome, 0 | 1]>([
    ['ingested', 0],
    ['resumed', 0],
    ['unchanged', 0],
    ['awaiting', 0],
    ['late', 0],
    ['cancelled', 0],
    ['blocked', 1],
    ['retry_wait', 1],
    ['failed', 1],
    ['not_attempted', 1],
  ])('with a partition %s beside a good one is %i', (outcome, code) => {
    expect(exitCode(report([GOOD, partition(MIDDLE, 'OTC', outcome)]))).toBe(code);
  });

  it.each<[WeekReport['tierSplit']['status'], 0 | 1]>([
    ['computed', 0],
    ['current', 0],
    ['awaited', 0],
    ['cancelled', 0],
    ['not_selected', 0],
    ['blocked', 1],
    ['retry_wait', 1],
    ['failed', 1],
    ['not_attempted', 1],
  ])('with a tier split %s is %i', (status, code) => {
    expect(exitCode(report([GOOD], { weeks: [week(MIDDLE, status)] }))).toBe(code);
  });

  it('is still 1 when every partition failed', () => {
    const failed = [partition(MIDDLE, 'NMS_TIER_1', 'failed'), partition(MIDDLE, 'OTC', 'failed')];
    expect(exitCode(report(failed))).toBe(1);
  });

  it('is 0 for a window without partitions', () => {
    expect(exitCode(report([]))).toBe(0);
  });

  it('is 2 when something stopped the run, whatever the partitions say', () => {
    const error = { code: 'interrupted', message: 'SIGTERM ended the run', hint: 'start it again' };
    expect(exitCode(report([GOOD], { error }))).toBe(2);
    expect(exitCode(report([partition(MIDDLE, 'OTC', 'failed')], { error }))).toBe(2);
    expect(exitCode(report([], { mode: 'dry-run', error }))).toBe(2);
  });

  it('goes by the outcome of a partition, not by what was planned for it', () => {
    expect(exitCode(report([partition(MIDDLE, 'OTC', 'cancelled', { action: 'blocked' })]))).toBe(0);
  });
});

describe('exitCode of a dry run', () => {
  it.each([
    ['ingest', 0],
    ['resume', 0],
    ['skip', 0],
    ['awaiting', 0],
    ['late', 0],
    ['blocked', 1],
    ['fail', 1],
  ] as const)('whose plan would %s a partition is %i', (action, code) => {
    const planned = partition(MIDDLE, 'OTC', 'planned', { action });
    expect(exitCode(report([planned], { mode: 'dry-run' }))).toBe(code);
  });
});

describe('exitMeaning', () => {
  it.each([
    [0, 'success', 'no partition needs attention'],
    [1, 'partial failure', 'at least one partition needs attention'],
    [2, 'critical', 'the run could not do its job'],
  ] as const)('of %i is "%s: %s"', (code, word, sentence) => {
    expect(exitMeaning(code)).toEqual({ word, sentence });
  });
});
