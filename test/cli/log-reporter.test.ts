import { describe, expect, it } from 'vitest';
import { createLogReporter, type LogReporterOptions } from '../../src/cli/log-reporter.ts';
import type { RunEvent } from '../../src/schedule/events.ts';
import type { RunReport } from '../../src/schedule/report.ts';
import { fakeClock } from '../harness/in-process.ts';
import { type LogRecord, ofEvent, readLog } from './log-records.ts';
import { eventsOf, MIDDLE, NEWEST, OLDEST, TRUNCATED } from './report-builder.ts';
import { DRY_RUN, FULL_DISK, MIXED } from './sample-reports.ts';

/** What a log says of a run: its events, then its report. */
function logged(
  report: RunReport,
  verbosity: LogReporterOptions['verbosity'] = 'normal',
  events: readonly RunEvent[] = eventsOf(report),
): LogRecord[] {
  let text = '';
  const stderr = { write: (part: string) => (text += part) };
  const reporter = createLogReporter({ stderr, clock: fakeClock('2026-01-12T11:00:00.000Z'), verbosity });
  for (const event of events) reporter.emit(event);
  reporter.finish(report);
  return readLog(text);
}

describe('a JSON log', () => {
  it('begins with the run, says when, and names the run on every line', () => {
    const records = logged(MIXED);
    expect(records[0]).toEqual({
      time: '2026-01-12T11:00:00.000Z',
      level: 'info',
      event: 'run_started',
      message: 'weekly run, run date 2026-01-12',
      run_id: '20260112T110000Z-4711',
      mode: 'run',
      run_date: '2026-01-12',
      weeks: [NEWEST, MIDDLE, OLDEST],
      tiers: ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'],
      source: 'file',
      data_dir: 'data/finra_otc',
      database: 'data/market_spine.db',
    });
    expect(new Set(records.map(({ run_id }) => run_id))).toEqual(new Set(['20260112T110000Z-4711']));
    expect(records.map(({ time }) => time)).toEqual([...records.map(({ time }) => time)].sort());
  });

  it('has a line for each stage, with place, capture, rows, rejects and seconds', () => {
    const stages = ofEvent(logged(MIXED), 'stage_ended');
    expect(stages).toContainEqual(
      expect.objectContaining({
        level: 'info',
        message: `${MIDDLE} NMS_TIER_1: NORMALIZED complete`,
        week_ending: MIDDLE,
        tier: 'NMS_TIER_1',
        stage: 'NORMALIZED',
        status: 'complete',
        capture_id: `finra.otc_transparency:NMS_TIER_1:${MIDDLE}:20260112`,
        rows: 14_111,
        rejects: 12,
        seconds: 14_123 / 15_000,
      }),
    );
    expect(stages).toContainEqual(expect.objectContaining({ tier: 'ALL_TIERS', stage: 'TIER_SPLIT', rows: 8_034 }));
  });

  it('says what failed, with its code and what to do, and leaves out what there is not', () => {
    const failed = ofEvent(logged(MIXED), 'stage_ended').find(({ status }) => status === 'failed');
    expect(failed).toMatchObject({
      level: 'error',
      message: `${MIDDLE} OTC: RAW failed: ${TRUNCATED.message}`,
      code: TRUNCATED.code,
      hint: TRUNCATED.hint,
    });
    for (const name of ['rows', 'rejects', 'capture_id']) expect(failed).not.toHaveProperty(name);
  });

  it('ends with each partition, each week, and the run', () => {
    const records = logged(MIXED);
    expect(ofEvent(records, 'partition_ended').map(({ level, outcome }) => `${level} ${outcome}`)).toEqual([
      'warn late',
      'info awaiting',
      'info awaiting',
      'info ingested',
      'info ingested',
      'error failed',
      'info unchanged',
      'info resumed',
      'info unchanged',
    ]);
    expect(ofEvent(records, 'week_ended').map(({ tier_split, ready }) => [tier_split, ready])).toEqual([
      ['awaited', false],
      ['awaited', false],
      ['computed', true],
    ]);
    expect(records.at(-1)).toMatchObject({
      level: 'warn',
      event: 'run_ended',
      message: 'partial failure: at least one partition needs attention',
      exit_code: 1,
      seconds: 12.345,
      totals: { partitions: 9, ingested: 2, failed: 1, retry_wait: 0 },
    });
  });

  it('has notices where they are said, by their severity', () => {
    const [warning, notice] = ofEvent(logged(MIXED), 'notice');
    expect(warning).toMatchObject({ level: 'warn', week_ending: MIDDLE, tier: 'NMS_TIER_1', category: 'few_venues' });
    expect(notice).toMatchObject({ level: 'info', severity: 'INFO', category: 'date_moved' });
    expect(notice).not.toHaveProperty('week_ending');
  });

  it('says what stopped a run', () => {
    const records = logged(FULL_DISK);
    expect(ofEvent(records, 'run_failed')).toMatchObject([{ level: 'error', code: 'disk_full' }]);
    expect(records.at(-1)).toMatchObject({ level: 'error', event: 'run_ended', exit_code: 2, code: 'disk_full' });
  });

  it('says what it planned, and planned anew', () => {
    const plan = eventsOf(MIXED).find((event) => event.type === 'planned');
    if (plan?.type !== 'planned') throw new Error('there is no plan');
    const again: RunEvent = { type: 'replanned', partitions: plan.partitions.slice(0, 1) };
    const records = logged(MIXED, 'normal', [plan, again]);
    expect(ofEvent(records, 'planned')).toMatchObject([
      {
        level: 'info',
        message: '9 partitions planned',
        actions: { late: 1, awaiting: 2, ingest: 3, skip: 2, resume: 1 },
        unmatched_files: 1,
      },
    ]);
    expect(ofEvent(records, 'replanned')).toMatchObject([
      { message: '1 partition planned anew', actions: { late: 1 } },
    ]);
  });

  it('says when it waits, and for how much', () => {
    const waits: RunEvent = { type: 'waiting', until: '2026-01-12 11:05:00.000', items: 2 };
    const [record] = ofEvent(logged(MIXED, 'normal', [waits]), 'waiting');
    expect(record).toMatchObject({ until: '2026-01-12T11:05:00.000Z', items: 2, message: 'waiting to retry 2 stages' });
  });

  it('tells a dry run from a run', () => {
    const records = logged(DRY_RUN);
    expect(records[0]).toMatchObject({ mode: 'dry-run', message: 'dry run, run date 2026-01-12' });
    expect(records.at(-1)).toMatchObject({ mode: 'dry-run', exit_code: 1 });
  });

  it.each([
    ['quiet', ['warn', 'error'], false],
    ['normal', ['info', 'warn', 'error'], false],
    ['verbose', ['debug', 'info', 'warn', 'error'], true],
  ] as const)('that is %s has the levels %j', (verbosity, levels, hasPlan) => {
    const records = logged(MIXED, verbosity);
    expect(new Set(records.map(({ level }) => level))).toEqual(new Set(levels));
    expect(ofEvent(records, 'partition_planned').length > 0).toBe(hasPlan);
    expect(ofEvent(records, 'stage_started').length > 0).toBe(hasPlan);
  });

  it('that is quiet has the end of a good run still', () => {
    const clean: RunReport = { ...MIXED, partitions: [], weeks: [], notices: [] };
    expect(logged(clean, 'quiet').map(({ event }) => event)).toEqual(['run_ended']);
  });

  it('keeps foreign text on its line and away from terminals, and gives it back as it was', () => {
    const message = 'otc\u001b[2J\n\u2028\u202e.psv';
    let text = '';
    const reporter = createLogReporter({
      stderr: { write: (part) => (text += part) },
      clock: fakeClock(),
      verbosity: 'normal',
    });
    reporter.notice({ severity: 'WARN', category: 'x', partition: null, message });
    expect(text).toMatch(/^[\x20-\x7e]+\n$/);
    expect(readLog(text)).toMatchObject([{ message }]);
  });
});
