import type { DbInstant } from '../domain/clock.ts';
import { DOMAIN } from '../domain/partition.ts';
import type { CaptureCalc } from '../domain/stage.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { Db } from './schema.ts';

/** Whether a week can be used, and if not why (DESIGN section 4, "Readiness"). */
export interface Readiness {
  readonly ready: boolean;
  readonly blockers: readonly string[];
  /** The last day on which what is missing is still awaited; null when nothing is. */
  readonly awaitedUntil: string | null;
}

/** What is said of a tier whose accepted capture lacks `calcs`. */
export function notComputed(calcs: readonly CaptureCalc[]): string {
  return `not computed: ${calcs.join(', ')}`;
}

/** What is said of a partition of which an ERROR or CRITICAL anomaly is open. */
export function openAnomaly(tier: string, category: string): string {
  return `${tier}: open anomaly ${category}`;
}

/** The rows of `core_data_readiness` of `weeks`, by week. */
export async function loadReadiness(db: Db, weeks: readonly WeekEnding[]): Promise<Map<WeekEnding, Readiness>> {
  const rows = await db
    .selectFrom('core_data_readiness')
    .selectAll()
    .where('domain', '=', DOMAIN)
    .where('week_ending', 'in', weeks)
    .execute();
  return new Map(
    rows.map((row) => [
      row.week_ending,
      {
        ready: row.is_ready === 1,
        blockers: JSON.parse(row.blockers_json) as string[],
        awaitedUntil: row.awaited_until,
      },
    ]),
  );
}

/** Writes a week's row of `core_data_readiness`. */
export async function recordReadiness(db: Db, week: WeekEnding, readiness: Readiness, now: DbInstant): Promise<void> {
  const row = {
    is_ready: readiness.ready ? 1 : 0,
    blockers_json: JSON.stringify(readiness.blockers),
    awaited_until: readiness.awaitedUntil,
    updated_at: now,
  };
  await db
    .insertInto('core_data_readiness')
    .values({ domain: DOMAIN, week_ending: week, ...row })
    .onConflict((conflict) => conflict.columns(['domain', 'week_ending']).doUpdateSet(row))
    .execute();
}

/**
 * Says of a week that is ready that it is so no longer, and why; one that is not keeps its reasons. For the transaction
 * that makes it so, since readers look between two transactions of a run, and a run may end there (DESIGN section 4).
 */
export async function withdrawReadiness(db: Db, week: WeekEnding, blocker: string, now: DbInstant): Promise<void> {
  await db
    .updateTable('core_data_readiness')
    .set({ is_ready: 0, blockers_json: JSON.stringify([blocker]), updated_at: now })
    .where('domain', '=', DOMAIN)
    .where('week_ending', '=', week)
    .where('is_ready', '=', 1)
    .execute();
}
