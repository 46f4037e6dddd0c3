import { toDbInstant } from '../domain/clock.ts';
import { raiseAnomaly } from '../store/anomalies.ts';
import { endRun, openRuns } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { releaseItemsOf } from '../store/work-items.ts';
import type { ScheduleDeps } from './schedule-deps.ts';

/**
 * Closes the runs that began and never ended, and releases their work items: this process holds the run lock, so theirs
 * are dead, whatever host name or pid they had (DESIGN section 6, "Run lock"). Returns what was found, in words.
 */
export async function recoverKilledRuns(
  store: Store,
  runId: string,
  deps: Pick<ScheduleDeps, 'clock'>,
): Promise<string[]> {
  const killed = await openRuns(store.db);
  if (killed.length === 0) return [];
  const now = toDbInstant(deps.clock.now());
  return store.db.transaction().execute(async (trx) => {
    const messages: string[] = [];
    for (const run of killed) {
      const began = `host ${run.host}, pid ${run.pid}, since ${run.started_at.slice(0, 19)} UTC`;
      // A full disk keeps a run from recording its end as well as a kill does.
      const how = 'was killed, or could not record its end';
      const message = `run ${run.run_id} (${began}) ${how}; this run goes on from where it stood`;
      const error = { code: 'killed', message: 'the process ended without closing its run', hint: 'nothing to do' };
      await releaseItemsOf(trx, run.run_id, 'its run was killed', now);
      await endRun(trx, run.run_id, { endedAt: now, status: 'interrupted', exitCode: 2, countsJson: null, error });
      await raiseAnomaly(
        trx,
        { severity: 'WARN', category: 'RUN_KILLED', message },
        { partition: null, stage: null, runId, now },
      );
      messages.push(message);
    }
    return messages;
  });
}
