import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonReport, jsonText } from '../../src/cli/json-report.ts';
import { ingested, MIDDLE, partition, report, stage, TRUNCATED, week } from './report-builder.ts';

const FAILED = report(
  [
    ingested(MIDDLE, 'NMS_TIER_1', 14_000, 12),
    partition(MIDDLE, 'OTC', 'failed', {
      stages: [stage('RAW', { status: 'failed', rowCount: null, seconds: 0.0312345, error: TRUNCATED })],
      error: TRUNCATED,
    }),
  ],
  {
    weeks: [week(MIDDLE, 'awaited', {}, { blockers: ['OTC is not accepted'], awaitedUntil: '2026-01-22' })],
    notices: [
      { severity: 'INFO', category: 'date_moved', partition: null, message: '2025-12-22 stands for 2025-12-19' },
      {
        severity: 'WARN',
        category: 'few_venues',
        partition: { weekEnding: MIDDLE, tier: 'NMS_TIER_1' },
        message: 'venues are 62 % fewer',
      },
    ],
    unmatched: ['README.txt'],
  },
);

describe('jsonReport', () => {
  const document = jsonReport(FAILED);

  it('tells of the run, its window and its end', () => {
    const { partitions, weeks, notices, totals, ...rest } = document;
    expect(rest).toEqual({
      run_id: '20260112T110000Z-4711',
      mode: 'run',
      run_date: '2026-01-12',
      started_at: '2026-01-12T11:00:00.000Z',
      ended_at: '2026-01-12T11:00:12.345Z',
      window: { weeks: [MIDDLE], tiers: ['NMS_TIER_1', 'OTC'] },
      source: 'file',
      database: 'data/market_spine.db',
      data_dir: 'data/finra_otc',
      unmatched_files: ['README.txt'],
      error: null,
      exit_code: 1,
    });
  });

  it('tells of each partition what was planned, what happened and why', () => {
    expect(document.partitions[1]).toEqual({
      week_ending: MIDDLE,
      tier: 'OTC',
      action: 'ingest',
      reason: 'first_capture',
      outcome: 'failed',
      stages: [{ stage: 'RAW', status: 'failed', row_count: null, seconds: 0.031, error: { ...TRUNCATED } }],
      capture_id: null,
      rows: null,
      rejects: null,
      published_on: '2026-01-26',
      due_after: '2026-01-29',
      error: { ...TRUNCATED },
    });
    expect(document.partitions[0]).toMatchObject({
      capture_id: 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260112',
      rows: 14_000,
      rejects: 12,
      error: null,
    });
  });

  it('tells of each week its tier split and its readiness', () => {
    expect(document.weeks).toEqual([
      {
        week_ending: MIDDLE,
        tier_split: { status: 'awaited', capture_id: null, row_count: null, error: null },
        readiness: { ready: false, blockers: ['OTC is not accepted'], awaited_until: '2026-01-22' },
      },
    ]);
  });

  it('tells of notices whom they are about', () => {
    expect(document.notices).toEqual([
      {
        severity: 'INFO',
        category: 'date_moved',
        week_ending: null,
        tier: null,
        message: '2025-12-22 stands for 2025-12-19',
      },
      {
        severity: 'WARN',
        category: 'few_venues',
        week_ending: MIDDLE,
        tier: 'NMS_TIER_1',
        message: 'venues are 62 % fewer',
      },
    ]);
  });

  it('counts', () => {
    expect(document.totals).toEqual({
      partitions: 2,
      ingested: 1,
      resumed: 0,
      unchanged: 0,
      awaiting: 0,
      late: 0,
      cancelled: 0,
      blocked: 0,
      retry_wait: 0,
      failed: 1,
      not_attempted: 0,
      planned: 0,
      rows: 14_000,
      rejects: 12,
      anomalies: 1,
      seconds: 12.345,
    });
  });

  it('keeps its keys in snake_case and in one order, whatever order the report had', () => {
    const reversed = Object.fromEntries(Object.entries(FAILED).reverse()) as unknown as typeof FAILED;
    expect(jsonText(jsonReport(reversed))).toBe(jsonText(document));
    const keys = [...jsonText(document).matchAll(/"([^"]+)":/g)].map(([, key]) => key);
    expect(keys.filter((key) => !/^[a-z]+(_[a-z]+)*$/.test(key ?? ''))).toEqual([]);
  });

  it('leaves an instant alone that is ISO already', () => {
    const at = '2026-01-12T11:00:00.000Z';
    expect(jsonReport(report([], { startedAt: at, endedAt: at }))).toMatchObject({ started_at: at, ended_at: at });
  });

  it('holds what stopped a run, and exit code 2', () => {
    const error = { code: 'locked', message: 'another run holds the database', hint: 'wait for it' };
    expect(jsonReport(report([], { error }))).toMatchObject({ error, exit_code: 2, partitions: [] });
  });
});

describe('jsonText', () => {
  it('is one document with one line end after it', () => {
    expect(jsonText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });

  it('escapes what a terminal could obey, and loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        const text = jsonText({ name });
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(text)).toEqual({ name });
      }),
    );
  });

  it.each([
    ['an escape sequence', '\u001b[31m', '\\u001b[31m'],
    ['a C1 control', '\u009b31m', '\\u009b31m'],
    ['a text direction mark', '\u202egnp.exe', '\\u202egnp.exe'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
    ['a tag beyond the first plane', '\u{e0041}', '\\udb40\\udc41'],
  ])('escapes %s', (_, name, text) => {
    expect(jsonText({ name })).toBe(`{\n  "name": "${text}"\n}\n`);
  });
});
