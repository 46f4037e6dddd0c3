import type { PartitionReport, RunReport } from '../../src/schedule/report.ts';
import { ingested, MIDDLE, NEWEST, OLDEST, partition, report, stage, TRUNCATED, week } from './report-builder.ts';

const cutOff = [stage('RAW', { status: 'failed', rowCount: null, seconds: 0.03, error: TRUNCATED })];

/** Three weeks in which a bit of everything happens, a failure too. */
export const MIXED: RunReport = report(
  [
    partition(NEWEST, 'NMS_TIER_1', 'late', { publishedOn: '2026-01-12', dueAfter: '2026-01-15' }),
    partition(NEWEST, 'NMS_TIER_2', 'awaiting'),
    partition(NEWEST, 'OTC', 'awaiting'),
    ingested(MIDDLE, 'NMS_TIER_1', 14_123, 12),
    ingested(MIDDLE, 'NMS_TIER_2', 30_456),
    partition(MIDDLE, 'OTC', 'failed', { stages: cutOff, error: TRUNCATED }),
    partition(OLDEST, 'NMS_TIER_1', 'unchanged', { rows: 13_900, rejects: 0 }),
    partition(OLDEST, 'NMS_TIER_2', 'resumed', {
      rows: 29_000,
      rejects: 4,
      stages: [stage('HHI', { rowCount: 9_800 })],
    }),
    partition(OLDEST, 'OTC', 'unchanged', { rows: 5_100, rejects: 0 }),
  ],
  {
    weeks: [
      week(NEWEST, 'awaited', {}, { blockers: ['NMS_TIER_1 is late', 'OTC is awaited'], awaitedUntil: '2026-01-26' }),
      week(MIDDLE, 'awaited', {}, { blockers: ['OTC is not accepted'] }),
      week(OLDEST, 'computed', { rowCount: 8_034 }),
    ],
    notices: [
      {
        severity: 'WARN',
        category: 'few_venues',
        partition: { weekEnding: MIDDLE, tier: 'NMS_TIER_1' },
        message: 'venues are 62 % fewer than in the week 2025-12-12; a holiday is likely',
      },
      {
        severity: 'INFO',
        category: 'date_moved',
        partition: null,
        message: "2025-12-22 stands for the week ending 2025-12-19 (FINRA's Monday 2025-12-15)",
      },
    ],
    unmatched: ['README.txt'],
  },
);

const missing = {
  code: 'source_missing',
  message: 'no file for 2025-12-12 OTC in data/finra_otc, due since 2026-01-12',
  hint: 'download it into data/finra_otc',
};

/** A plan with one of each action, as a dry run reports it. */
export const DRY_RUN: RunReport = report(
  [
    partition(NEWEST, 'NMS_TIER_1', 'late', { publishedOn: '2026-01-12', dueAfter: '2026-01-15' }),
    partition(NEWEST, 'OTC', 'awaiting'),
    partition(MIDDLE, 'NMS_TIER_1', 'planned', plannedStages('RAW')),
    partition(MIDDLE, 'OTC', 'planned', { action: 'resume', reason: 'calc_pending', ...plannedStages('HHI') }),
    partition(OLDEST, 'NMS_TIER_1', 'unchanged'),
    partition(OLDEST, 'OTC', 'failed', { action: 'fail', reason: 'source_missing', error: missing }),
  ],
  {
    mode: 'dry-run',
    weeks: [week(NEWEST, 'awaited'), week(MIDDLE, 'planned'), week(OLDEST, 'current')],
  },
);

/** A run that something stopped after its first partition. */
export const FULL_DISK: RunReport = report(
  [ingested(MIDDLE, 'NMS_TIER_1', 14_123), partition(MIDDLE, 'OTC', 'not_attempted')],
  {
    weeks: [week(MIDDLE, 'not_attempted')],
    error: {
      code: 'disk_full',
      message: 'data/market_spine.db cannot be written: the disk is full',
      hint: 'free space on its volume, then run the same command',
    },
  },
);

/** A run that ended before it had a plan. */
export const LOCKED: RunReport = report([], {
  error: {
    code: 'locked',
    message: 'another run holds data/market_spine.db: spine-1, pid 4711, since 2026-01-12 10:58:01 UTC',
    hint: 'wait until it has ended',
  },
});

/** A run in which every partition has one outcome after another, whatever their widths do to a grid. */
export function everyOutcome(outcomes: readonly PartitionReport['outcome'][]): RunReport {
  const tiers = ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'] as const;
  const weeks = ['not_attempted', 'retry_wait', 'blocked', 'failed'] as const;
  const partitions = outcomes.flatMap((_, row) =>
    tiers.map((tier, column) => {
      const outcome = outcomes[(row + column) % outcomes.length] ?? 'failed';
      return partition(`2025-12-${String(28 - row).padStart(2, '0')}`, tier, outcome, {
        rows: 1_234_567,
        error: TRUNCATED,
      });
    }),
  );
  const plain = report(partitions);
  return { ...plain, weeks: plain.weeks.map(({ weekEnding }, row) => week(weekEnding, weeks[row % 4] ?? 'failed')) };
}

function plannedStages(...names: readonly ('RAW' | 'HHI')[]): Pick<PartitionReport, 'stages'> {
  return { stages: names.map((name) => stage(name, { status: 'planned', rowCount: null, seconds: 0 })) };
}
