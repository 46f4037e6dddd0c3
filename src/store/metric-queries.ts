import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN, type Partition } from '../domain/partition.ts';
import { TIERS, type Tier } from '../domain/tier.ts';
import type { WorkState } from '../domain/work-state.ts';
import type { Db, RunStatus, Severity } from './schema.ts';

/** A run of the database's history, as far as metrics count it. */
export interface RunRecord {
  readonly status: RunStatus;
  readonly startedAt: DbInstant;
  readonly endedAt: DbInstant | null;
  /** The totals of its report, by their names there; null when it did not close its own books. */
  readonly counts: Readonly<Record<string, number>> | null;
}

/** Every run, oldest first. */
export async function runHistory(db: Db): Promise<RunRecord[]> {
  const rows = await db
    .selectFrom('core_scheduler_runs')
    .select(['status', 'started_at', 'ended_at', 'counts_json'])
    .orderBy('started_at')
    .execute();
  return rows.map((row) => ({
    status: row.status,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    counts: row.counts_json === null ? null : (JSON.parse(row.counts_json) as Record<string, number>),
  }));
}

/** How many work items are in each state; states without items are left out. */
export async function countWorkItems(db: Db): Promise<Map<WorkState, number>> {
  const rows = await db
    .selectFrom('core_work_items')
    .select((eb) => ['state', eb.fn.countAll<number>().as('items')])
    .where('domain', '=', DOMAIN)
    .groupBy('state')
    .execute();
  return new Map(rows.map((row) => [row.state, Number(row.items)]));
}

/** How many anomalies of each severity are open; severities without any are left out. */
export async function countOpenAnomalies(db: Db): Promise<Map<Severity, number>> {
  const rows = await db
    .selectFrom('core_anomalies')
    .select((eb) => ['severity', eb.fn.countAll<number>().as('anomalies')])
    .where('domain', '=', DOMAIN)
    .where('resolved_at', 'is', null)
    .groupBy('severity')
    .execute();
  return new Map(rows.map((row) => [row.severity, Number(row.anomalies)]));
}

/** When the newest accepted capture of each tier was accepted; tiers without any are left out. */
export async function newestAcceptance(db: Db): Promise<Map<Tier, DbInstant>> {
  const rows = await db
    .selectFrom('core_captures')
    .select((eb) => ['tier', eb.fn.max('captured_at').as('captured_at')])
    .where('domain', '=', DOMAIN)
    .where('state', '=', 'accepted')
    .where('tier', 'in', TIERS)
    .groupBy('tier')
    .execute();
  return new Map(rows.flatMap((row) => (row.captured_at === null ? [] : [[row.tier as Tier, row.captured_at]])));
}

/** The weeks and tiers that runs were ever asked for; some of them several times. */
export async function askedPartitions(db: Db): Promise<Partition[]> {
  const rows = await db.selectFrom('core_scheduler_runs').select('options_json').execute();
  return rows.flatMap(({ options_json }) => {
    const { weeks = [], tiers = [] } = JSON.parse(options_json) as Partial<Record<'weeks' | 'tiers', string[]>>;
    return weeks.flatMap((weekEnding) => tiers.map((tier) => ({ weekEnding, tier: tier as Tier })));
  });
}

/** The weeks and tiers of which anything was ever captured, the oldest week first. */
export async function capturedPartitions(db: Db): Promise<Partition[]> {
  const rows = await db
    .selectFrom('core_captures')
    .select(['week_ending', 'tier'])
    .distinct()
    .where('domain', '=', DOMAIN)
    .where('tier', 'in', TIERS)
    .orderBy('week_ending')
    .execute();
  return rows.map((row) => ({ weekEnding: row.week_ending, tier: row.tier as Tier }));
}

/** What each counter counts beside the history of runs, by series. */
export async function loadMetricOffsets(db: Db): Promise<Map<string, number>> {
  const rows = await db.selectFrom('core_metric_offsets').selectAll().execute();
  return new Map(rows.map((row) => [row.series, row.value]));
}

/** Raises the offsets of counters, by series. */
export async function addMetricOffsets(db: Db, amounts: ReadonlyMap<string, number>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const [series, amount] of amounts) {
      await trx
        .insertInto('core_metric_offsets')
        .values({ series, value: amount })
        .onConflict((conflict) =>
          conflict.column('series').doUpdateSet((eb) => ({ value: eb('core_metric_offsets.value', '+', amount) })),
        )
        .execute();
    }
  });
}
