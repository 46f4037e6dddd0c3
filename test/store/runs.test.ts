import { describe, expect, it } from 'vitest';
import { loadReadiness, recordReadiness } from '../../src/store/readiness.ts';
import { endRun, openRuns, startRun } from '../../src/store/runs.ts';
import { DIALECTS, instant } from './dialects.ts';

const run = (runId: string, day: number) => ({
  runId,
  runDate: '2026-02-02',
  optionsJson: '{}',
  host: 'host',
  pid: 4711,
  version: '1.2.3',
  startedAt: instant(day),
});

describe.each(DIALECTS)('a run in $name', ({ open }) => {
  it('is open from its start to its end', async () => {
    const { db } = await open();
    await startRun(db, run('second', 2));
    await startRun(db, run('first', 1));
    expect((await openRuns(db)).map(({ run_id }) => run_id)).toEqual(['first', 'second']);
    await endRun(db, 'first', {
      endedAt: instant(3),
      status: 'partial',
      exitCode: 1,
      countsJson: '{"failed":1}',
      error: null,
    });
    expect(await openRuns(db)).toMatchObject([{ run_id: 'second', host: 'host', pid: 4711, started_at: instant(2) }]);
    expect(
      await db.selectFrom('core_scheduler_runs').selectAll().where('run_id', '=', 'first').execute(),
    ).toMatchObject([
      { status: 'partial', exit_code: 1, ended_at: instant(3), counts_json: '{"failed":1}', error_json: null },
    ]);
  });

  it('keeps the error that ended it', async () => {
    const { db } = await open();
    await startRun(db, run('first', 1));
    const error = { code: 'disk_full', message: 'full', hint: 'free space' };
    await endRun(db, 'first', { endedAt: instant(2), status: 'critical', exitCode: 2, countsJson: null, error });
    const [row] = await db.selectFrom('core_scheduler_runs').select('error_json').execute();
    expect(JSON.parse(row?.error_json ?? '')).toEqual(error);
  });
});

describe.each(DIALECTS)('the readiness of a week in $name', ({ open }) => {
  it('is read back as it was written last', async () => {
    const { db } = await open();
    const waiting = { ready: false, blockers: ['OTC: "missing"'], awaitedUntil: '2026-01-22' };
    const ready = { ready: true, blockers: [], awaitedUntil: null };
    await recordReadiness(db, '2025-12-12', ready, instant(1));
    await recordReadiness(db, '2025-12-19', ready, instant(1));
    await recordReadiness(db, '2025-12-19', waiting, instant(2));
    expect(await loadReadiness(db, ['2025-12-19', '2025-12-26'])).toEqual(new Map([['2025-12-19', waiting]]));
  });
});
