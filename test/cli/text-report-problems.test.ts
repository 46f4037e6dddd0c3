import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice, RunReport } from '../../src/schedule/report.ts';
import { PIPE, play, screenOf, tty } from './play-report.ts';
import { eventsOf, MIDDLE, partition, report, stage, week } from './report-builder.ts';

const ERROR = { code: 'busy', message: 'the database was busy', hint: 'wait' };

function stderrOf(result: RunReport, verbosity: 'quiet' | 'normal' = 'normal'): string[] {
  return play(result, { verbosity }).stderr.trimEnd().split('\n');
}

describe('the problems of a run', () => {
  it('are what failed, is blocked or waits for a retry, in the order of the report', () => {
    const result = report(
      [
        partition(MIDDLE, 'NMS_TIER_1', 'failed', { error: ERROR }),
        partition(MIDDLE, 'NMS_TIER_2', 'blocked', { error: ERROR }),
        partition(MIDDLE, 'OTC', 'retry_wait', { error: ERROR }),
      ],
      { weeks: [week(MIDDLE, 'failed', { error: ERROR })], error: { ...ERROR, message: 'interrupted' } },
    );
    expect(stderrOf(result).filter((line) => line !== 'try: wait')).toEqual([
      'error: 2025-12-19 NMS_TIER_1 failed: the database was busy',
      'error: 2025-12-19 NMS_TIER_2 is blocked: the database was busy',
      'error: 2025-12-19 OTC waits for a retry: the database was busy',
      'error: 2025-12-19 tier split failed: the database was busy',
      'error: interrupted',
    ]);
  });

  it('in a dry run are what its plan holds', () => {
    const blocked = partition(MIDDLE, 'OTC', 'planned', { action: 'blocked', error: ERROR });
    expect(stderrOf(report([blocked], { mode: 'dry-run' }))).toEqual([
      'error: 2025-12-19 OTC would be blocked: the database was busy',
      'try: wait',
    ]);
  });

  it("take a partition's error from its last failed stage where it has none of its own", () => {
    const stages = [stage('RAW'), stage('NORMALIZED', { status: 'failed', error: ERROR })];
    const [line] = stderrOf(report([partition(MIDDLE, 'OTC', 'failed', { stages })]));
    expect(line).toBe('error: 2025-12-19 OTC failed: the database was busy');
  });

  it('never go unsaid, though no error was recorded', () => {
    expect(stderrOf(report([partition(MIDDLE, 'OTC', 'failed')]), 'quiet')).toEqual([
      'error: 2025-12-19 OTC failed: no reason was recorded',
      'try: run it again with --verbose',
    ]);
  });

  it('have no line to try where there is no hint', () => {
    const failed = partition(MIDDLE, 'OTC', 'failed', { error: { ...ERROR, hint: '' } });
    expect(stderrOf(report([failed]))).toEqual(['error: 2025-12-19 OTC failed: the database was busy']);
  });

  it('come after the notices, which grow worse, and are not said twice', () => {
    const notice = (severity: Notice['severity'], message: string): Notice => {
      return { severity, category: 'c', partition: { weekEnding: MIDDLE, tier: 'ALL_TIERS' }, message };
    };
    const notices = [
      notice('CRITICAL', 'four'),
      notice('ERROR', ERROR.message),
      notice('ERROR', 'three'),
      notice('WARN', 'two'),
      notice('INFO', 'one'),
    ];
    expect(stderrOf(report([partition(MIDDLE, 'OTC', 'failed', { error: ERROR })], { notices }))).toEqual([
      'notice: 2025-12-19 tier split: one',
      'warning: 2025-12-19 tier split: two',
      'error: 2025-12-19 tier split: three',
      'error: 2025-12-19 tier split: four',
      'error: 2025-12-19 OTC failed: the database was busy',
      'try: wait',
    ]);
  });
});

describe('foreign text in a report', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '\u001b[2J\u001b]0;owned\u0007',
      'a\r\nerror: forged',
      '\u009b31m',
      '\u202egnp',
      `${'x'.repeat(300)}\n`,
    ),
  );
  const verbosity = fc.constantFrom('quiet', 'normal', 'verbose');

  /** A run whose names, paths and messages are all `text`. */
  function runOf(text: string): RunReport {
    const error = { code: 'bad', message: text, hint: text };
    const stages = [stage('RAW', { status: 'failed', error })];
    const severities = ['INFO', 'WARN', 'ERROR'] as const;
    return report(
      [
        partition(MIDDLE, 'OTC', 'failed', { stages, error }),
        partition(MIDDLE, 'NMS_TIER_1', 'ingested', { stages: [stage('RAW')] }),
      ],
      {
        runId: text,
        source: text,
        database: text,
        dataDir: text,
        unmatched: [text],
        notices: severities.map((severity) => ({
          severity,
          category: text,
          partition: null,
          message: `${severity} ${text}`,
        })),
        weeks: [week(MIDDLE, 'failed', { error }, { blockers: [text] })],
        error,
      },
    );
  }

  it('cannot put a control character or a line of its own into a log', () => {
    fc.assert(
      fc.property(hostile, verbosity, (text, level) => {
        const result = runOf(text);
        const { both } = play(result, { verbosity: level, events: eventsOf(result, () => text) });
        expect(both.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(both).not.toMatch(/^error: forged/m);
      }),
    );
  });

  it('cannot make a line of a terminal too long', () => {
    fc.assert(
      fc.property(hostile, verbosity, fc.constantFrom(80, 100, 120), (text, level, columns) => {
        const result = runOf(text);
        const { both } = play(result, { verbosity: level, stdout: tty(columns), events: eventsOf(result, () => text) });
        const lengths = screenOf(both).map((line) => [...line].length);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('leaves the report of a pipe within 100 columns, but for the messages of stderr', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const result = runOf(text);
        const { stdout } = play(result, { verbosity: 'verbose', stdout: PIPE, events: eventsOf(result, () => text) });
        expect(Math.max(...stdout.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(100);
      }),
    );
  });
});
