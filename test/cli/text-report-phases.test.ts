import { describe, expect, it } from 'vitest';
import { ALL_TIERS, type PartitionTier } from '../../src/domain/tier.ts';
import type { RunEvent } from '../../src/schedule/events.ts';
import type { StageReport } from '../../src/schedule/report.ts';
import { play } from './play-report.ts';
import { MIDDLE, partition, report, stage } from './report-builder.ts';

const BUSY = { code: 'busy', message: 'the database was busy for 30 s', hint: 'the next run tries again' };

function ended(result: StageReport, tier: PartitionTier = 'OTC'): RunEvent {
  const about = { partition: { weekEnding: MIDDLE, tier }, stage: result.stage };
  return { type: 'stage_ended', ...about, result, captureId: null, rejects: null };
}

function planned(stages: readonly StageReport[]): RunEvent {
  const { partition: of, action, reason } = partition(MIDDLE, 'OTC', 'resumed');
  const publication = { publishedOn: '2026-01-19', dueAfter: '2026-01-22' };
  const names = stages.map((each) => each.stage);
  const line = {
    partition: of,
    action,
    reason,
    stages: names,
    locator: null,
    captureId: null,
    publication,
    error: null,
  };
  return { type: 'planned', partitions: [line], unmatched: [] };
}

/** The lines of the phases alone. */
function phaseLines(events: readonly RunEvent[], verbosity: 'normal' | 'verbose' = 'normal'): string[] {
  const { stdout } = play(report([]), { events, verbosity });
  return stdout
    .replace(/^ {2}plan .*\n/, '')
    .replace(/^\nPlan\n(.+\n)*/, '')
    .replace(/(^|\n)exit 0.*\n$/, '')
    .split('\n')
    .filter((line) => line !== '');
}

const CALCS: RunEvent = { type: 'phase_started', phase: 'calcs', steps: 3 };
const HEADING = 'Calcs                              time    volume    share      hhi';
const VOLUME = stage('VENUE_VOLUME', { rowCount: 5000, seconds: 0.2 });
const SHARE = stage('VENUE_SHARE', { rowCount: 4999, seconds: 0.1 });
const HHI = stage('HHI', { rowCount: 1700, seconds: 0.05 });

describe('the lines of the phases', () => {
  it('say nothing of a phase without steps', () => {
    expect(phaseLines([CALCS])).toEqual([]);
  });

  it('hold the calcs of a partition back until the last one has ended', () => {
    const events = [planned([VOLUME, SHARE, HHI]), CALCS, ended(VOLUME), ended(SHARE), ended(HHI)];
    expect(phaseLines(events)).toEqual([
      HEADING,
      '  ok      2025-12-19  OTC         0.35s     5,000    4,999    1,700',
    ]);
  });

  it('keep the calcs of partitions apart that take turns', () => {
    const other = (result: StageReport) => ended(result, 'NMS_TIER_1');
    const events = [CALCS, ended(VOLUME), other(VOLUME), other(HHI), ended(HHI)];
    expect(phaseLines(events).map((line) => line.slice(22))).toEqual([
      HEADING.slice(22),
      'NMS_TIER_1  0.25s     5,000        -    1,700',
      'OTC         0.25s     5,000        -    1,700',
    ]);
  });

  it('end with the last calc planned, where not all of them are', () => {
    const events = [planned([VOLUME, SHARE]), CALCS, ended(VOLUME), ended(SHARE), ended(HHI, 'NMS_TIER_2')];
    expect(phaseLines(events)).toEqual([
      HEADING,
      '  ok      2025-12-19  OTC         0.30s     5,000    4,999        -',
      '  ok      2025-12-19  NMS_TIER_2  0.05s         -        -    1,700',
    ]);
  });

  it('end with the calc that failed, and name it', () => {
    const failed = stage('VENUE_SHARE', { status: 'failed', rowCount: null, seconds: 0.1, error: BUSY });
    const deferred = stage('HHI', { status: 'deferred', rowCount: null, seconds: 0 });
    expect(phaseLines([CALCS, ended(VOLUME), ended(failed), ended(deferred)])).toEqual([
      HEADING,
      '  FAILED  2025-12-19  OTC         0.30s  venue_share: the database was busy for 30 s',
    ]);
  });

  it('tell of calcs that a run broke off', () => {
    expect(phaseLines([CALCS, ended(VOLUME)])).toEqual([
      HEADING,
      '  ok      2025-12-19  OTC         0.20s     5,000        -        -',
    ]);
  });

  it('have one for the tier split of a week', () => {
    const split = stage('TIER_SPLIT', { rowCount: 8034 });
    const failed = { ...split, status: 'failed' as const, rowCount: null, error: BUSY };
    expect(phaseLines([CALCS, ended(split, ALL_TIERS), ended(failed, ALL_TIERS)])).toEqual([
      HEADING,
      '  ok      2025-12-19  tier split  0.25s     8,034 rows',
      '  FAILED  2025-12-19  tier split  0.25s  tier_split: the database was busy for 30 s',
    ]);
  });

  it.each([
    ['normal', []],
    ['verbose', ['  wait    2025-12-19  OTC         0.00s  deferred']],
  ] as const)('tell of a step whose input is not ready only when verbose (%s)', (verbosity, lines) => {
    const deferred = stage('NORMALIZED', { status: 'deferred', rowCount: null, seconds: 0 });
    const normalize: RunEvent = { type: 'phase_started', phase: 'normalize', steps: 1 };
    expect(phaseLines([normalize, ended(deferred)], verbosity).slice(1)).toEqual(lines);
  });

  it('tell of a wait, and name a phase again that has steps to retry', () => {
    const ingest: RunEvent = { type: 'phase_started', phase: 'ingest', steps: 1 };
    const waiting = stage('RAW', { status: 'retry_wait', rowCount: null, error: BUSY });
    const wait: RunEvent = { type: 'waiting', until: '2026-01-12 11:05:00.250', items: 1 };
    expect(phaseLines([ingest, ended(waiting), wait, ingest, ended(stage('RAW', { seconds: 312.4 }))])).toEqual([
      'Ingest                             time      rows  from',
      '  retry   2025-12-19  OTC         0.25s  the database was busy for 30 s',
      'Waiting until 2026-01-12 11:05:00 UTC to retry 1 stage',
      'Ingest, again                      time      rows  from',
      '  ok      2025-12-19  OTC         5m12s     1,000',
    ]);
  });
});
