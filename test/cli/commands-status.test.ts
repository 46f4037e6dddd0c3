import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { statusDocument } from '../../src/cli/commands/status-document.ts';
import { brokenDir, CLEAN_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { PROJECT, run } from '../harness/command.ts';
import { execute } from '../harness/database.ts';
import { type EndedHere, fakeClock, runHere } from '../harness/in-process.ts';
import { createScenario, type Scenario, scenariosAfter } from '../harness/scenario.ts';
import { createWorkspace } from '../harness/workspace.ts';

const WEEK = ['--weeks', '2025-12-19', '--run-date', '2026-02-02'];

const afterOneWeek = scenariosAfter(WEEK.join(' '), CLEAN_DIR);

type StatusDocument = ReturnType<typeof statusDocument> & { exit_code: number; error: unknown; notices: unknown[] };

function status({ db }: Pick<Scenario, 'db'>, args: readonly string[] = WEEK): Promise<EndedHere> {
  return runHere(['status', ...args, '--db', db], { clock: fakeClock('2026-02-03T15:00:00.000Z') });
}

async function documentOf(scenario: Pick<Scenario, 'db'>, args: readonly string[] = WEEK): Promise<StatusDocument> {
  return JSON.parse((await status(scenario, [...args, '--json'])).stdout);
}

describe('status', () => {
  it('of a complete window ends with 0', async () => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(WEEK.join(' '));
    const { code, stdout, stderr } = await status(scenario);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(scenario.db, 'market_spine.db').replace(/\d\.\d\ds/, '0.50s')).toBe(`\
FINRA OTC transparency  status, run date 2026-02-02
  weeks       2025-12-19
  tiers       NMS_TIER_1, NMS_TIER_2, OTC
  database    market_spine.db

Weeks         NMS_TIER_1      NMS_TIER_2      OTC             tier split
  2025-12-19  RNVSH complete  RNVSH complete  RNVSH complete  complete
  R raw, N normalized, V volume, S share, H hhi; - not done, ! failed

Last runs
  started                   took  exit  status   run date    program
  2026-06-01 12:00:00 UTC  0.50s     0  success  2026-02-02  0.0.0-test

Work items  16 complete

Open anomalies  none

exit 0, complete: nothing that is due is missing
`);
  });

  it('of a window with gaps ends with 1, and says for each what is wrong and which commands mend it', async () => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(WEEK.join(' '));
    scenario.put(brokenDir('truncated'), [SMALL_PARTITION]);
    await scenario.run(WEEK.join(' '));
    const { code, stdout, stderr } = await status(scenario, ['--weeks', '2025-12-19..2026-01-09', ...WEEK.slice(2)]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const text = stdout.replaceAll(scenario.dir, '');
    expect(text.slice(text.indexOf('Weeks'), text.indexOf('Last runs'))).toBe(`\
Weeks         NMS_TIER_1     NMS_TIER_2      OTC             tier split
  2026-01-09  ----- MISSING  ----- awaiting  ----- awaiting  waiting
  2026-01-02  ----- MISSING  ----- late      ----- late      waiting
  2025-12-26  ----- MISSING  ----- MISSING   ----- MISSING   waiting
  2025-12-19  !NVSH FAILED   RNVSH complete  RNVSH complete  complete
  R raw, N normalized, V volume, S share, H hhi; - not done, ! failed

Gaps  6 due and not complete
  2026-01-09  NMS_TIER_1  raw missing: nothing is captured, though FINRA was to publish it on 2026-01-26; fetch it first, if FINRA has published it by now
    run-finra-weekly-schedule --weeks 2026-01-09 --tiers NMS_TIER_1 --data-dir /data --db /store/market_spine.db
  2026-01-02  NMS_TIER_1  raw missing: nothing is captured, though FINRA was to publish it on 2026-01-19; fetch it first, if FINRA has published it by now
    run-finra-weekly-schedule --weeks 2026-01-02 --tiers NMS_TIER_1 --data-dir /data --db /store/market_spine.db
  2025-12-26  NMS_TIER_1  raw missing: nothing is captured, though FINRA was to publish it on 2026-01-12; fetch it first, if FINRA has published it by now
    run-finra-weekly-schedule --weeks 2025-12-26 --tiers NMS_TIER_1 --data-dir /data --db /store/market_spine.db
  2025-12-26  NMS_TIER_2  raw missing: nothing is captured, though FINRA was to publish it on 2026-01-26; fetch it first, if FINRA has published it by now
    run-finra-weekly-schedule --weeks 2025-12-26 --tiers NMS_TIER_2 --data-dir /data --db /store/market_spine.db
  2025-12-26  OTC         raw missing: nothing is captured, though FINRA was to publish it on 2026-01-26; fetch it first, if FINRA has published it by now
    run-finra-weekly-schedule --weeks 2025-12-26 --tiers OTC --data-dir /data --db /store/market_spine.db
  2025-12-19  NMS_TIER_1  raw failed: a newer version could not be taken: the file is cut off: line 61, the last, has 6 of 8 fields and no line end; mend what the error names first
    run-finra-weekly-schedule work retry 1 --db /store/market_spine.db
    run-finra-weekly-schedule --weeks 2025-12-19 --tiers NMS_TIER_1 --data-dir /data --db /store/market_spine.db

Publication  2 awaiting, 2 late
  week        tier        expected    due after
  2026-01-09  NMS_TIER_2  2026-02-09  2026-02-12
  2026-01-09  OTC         2026-02-09  2026-02-12
  2026-01-02  NMS_TIER_2  2026-02-02  2026-02-05  late
  2026-01-02  OTC         2026-02-02  2026-02-05  late

`);
    expect(text).toContain('\nOpen anomalies  1 ERROR\n');
    expect(text.endsWith('\nexit 1, gaps: something that is due is not complete\n')).toBe(true);
  });

  it('gives commands that a shell takes and that leave no gap', async () => {
    const scenario = createScenario(CLEAN_DIR);
    const bin = join(scenario.dir, 'bin');
    mkdirSync(bin);
    symlinkSync(join(PROJECT, 'bin/run-finra-weekly-schedule.js'), join(bin, 'run-finra-weekly-schedule'));
    const PATH = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
    scenario.put(brokenDir('truncated'), [SMALL_PARTITION]);
    await scenario.run(`${WEEK.join(' ')} --tiers T1`);
    await scenario.run(`${WEEK.join(' ')} --tiers OTC --only-stage ingest`);
    const { gaps } = await documentOf(scenario);
    expect(gaps.map(({ state }) => state)).toEqual(['failed', 'missing', 'pending']);
    scenario.restore(SMALL_PARTITION);

    for (const command of gaps.flatMap(({ commands }) => commands)) {
      const { status: code, stderr } = spawnSync('sh', ['-c', command], { cwd: '/', encoding: 'utf8', env: { PATH } });
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: expect.any(String) });
    }

    expect((await documentOf(scenario)).gaps).toEqual([]);
  });

  it('is one document with --json', async () => {
    const scenario = afterOneWeek();
    const { partitions, weeks, runs, work_items, anomalies, ...rest } = await documentOf(scenario);
    expect(rest).toEqual({
      run_date: '2026-02-02',
      database: scenario.db,
      window: { weeks: ['2025-12-19'], tiers: ['NMS_TIER_1', 'NMS_TIER_2', 'OTC'] },
      gaps: [],
      notices: [],
      error: null,
      exit_code: 0,
    });
    expect(partitions[2]).toEqual({
      week_ending: '2025-12-19',
      tier: 'OTC',
      state: 'complete',
      stages: ['RAW', 'NORMALIZED', 'VENUE_VOLUME', 'VENUE_SHARE', 'HHI'].map((stage) => ({
        stage,
        state: 'complete',
        capture_id: 'finra.otc_transparency:OTC:2025-12-19:20260202',
        row_count: expect.any(Number),
        updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        work_item: { id: expect.any(Number), state: 'COMPLETE' },
      })),
      capture_id: 'finra.otc_transparency:OTC:2025-12-19:20260202',
      capture_state: 'accepted',
      rows: 180,
      rejects: 0,
      published_on: '2026-01-19',
      due_after: '2026-01-22',
    });
    expect(weeks).toEqual([
      {
        week_ending: '2025-12-19',
        tier_split: expect.objectContaining({ stage: 'TIER_SPLIT', state: 'complete' }),
        readiness: { ready: true, blockers: [], awaited_until: null },
      },
    ]);
    expect(Object.keys(runs[0] ?? {})).toEqual(
      'run_id run_date status exit_code started_at ended_at host pid version error'.split(' '),
    );
    expect(work_items).toEqual({ pending: 0, running: 0, retry_wait: 0, complete: 16, failed: 0, cancelled: 0 });
    expect(anomalies).toEqual({ critical: 0, error: 0, warn: 0, info: 0, open: [] });
  });

  it('says once that a date stood for its week', async () => {
    const scenario = afterOneWeek();
    const moved = ['--weeks', '2025-12-22', ...WEEK.slice(2)];
    const { code, stderr } = await status(scenario, moved);
    const message = "2025-12-22 stands for the week ending 2025-12-19 (FINRA's week of Monday 2025-12-15)";
    expect({ code, stderr }).toEqual({ code: 0, stderr: `notice: ${message}\n` });
    expect((await documentOf(scenario, moved)).notices).toEqual([
      { severity: 'INFO', category: 'MOVED_DATE', message },
    ]);
  });

  it('says it as a line of JSON where the log is to be JSON', async () => {
    const { db } = afterOneWeek();
    const env = { MARKET_SPINE_LOG_FORMAT: 'json' };
    const { stderr } = await runHere(['work', 'list', '--week', '2025-12-22', '--db', db], { env });
    expect(JSON.parse(stderr)).toMatchObject({ level: 'info', event: 'notice', category: 'MOVED_DATE' });
  });

  it('shows what the database holds as text, never as commands to the terminal', async () => {
    const scenario = afterOneWeek();
    execute(
      scenario.db,
      "UPDATE core_work_items SET state = 'FAILED', last_error = char(27) || '[2J' || char(8238) WHERE id = 1",
    );
    execute(scenario.db, "UPDATE core_scheduler_runs SET version = char(27) || 'c'");
    const { code, stdout } = await status(scenario);
    expect(code).toBe(1);
    expect(stdout).toContain('\\x1b[2J\\u202e');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('quotes what a shell would read otherwise', async () => {
    const dir = join(createWorkspace().dir, "it's $(touch here)");
    mkdirSync(dir);
    const db = join(dir, 'm.db');
    await runHere(['--data-dir', CLEAN_DIR, '--db', db, ...WEEK, '--tiers', 'OTC', '--only-stage', 'ingest']);
    const { gaps } = await documentOf({ db });
    expect(gaps[0]?.commands[0]).toContain(`--db '${db.replace("'", "'\\''")}'`);
  });
});

describe('status, where it cannot tell,', () => {
  it.each(['status', 'work list', 'work retry 1', 'captures', 'captures diff a b', 'backup copy.db'])(
    'and every other command end with 2 without a database: %s',
    async (command) => {
      const { dir, db } = createWorkspace();
      const ended = await run([...command.split(' '), '--db', db], { cwd: dir });
      expect(ended).toMatchObject({
        code: 2,
        stdout: '',
        stderr: `error: database ${db}: there is none\ntry: give the --db of the runs; the first run makes it\n`,
      });
      const { code, stdout } = await run([...command.split(' '), '--db', db, '--json'], { cwd: dir });
      expect({ code, document: JSON.parse(stdout) }).toEqual({
        code: 2,
        document: {
          error: {
            code: 'database_missing',
            message: `database ${db}: there is none`,
            hint: 'give the --db of the runs; the first run makes it',
          },
          exit_code: 2,
        },
      });
    },
  );

  it('ends with 2 for a file that is no database', async () => {
    const { dir } = createWorkspace();
    const db = join(dir, 'text.db');
    writeFileSync(db, 'This is a text, and long enough to be taken for something else. '.repeat(20));
    const { code, stderr } = await status({ db });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('is not a SQLite database') });
  });

  it('takes the database of the environment, but nothing that only commands take', async () => {
    const scenario = afterOneWeek();
    const env = { MARKET_SPINE_DB: scenario.db, MARKET_SPINE_STATE: 'FAILED', MARKET_SPINE_FAILED: 'yes' };
    const { code, stdout } = await runHere(['work', 'list', '--json'], { env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).work_items).toHaveLength(16);
    expect((await runHere(['work', 'retry'], { env })).code).toBe(2);
  });
});
