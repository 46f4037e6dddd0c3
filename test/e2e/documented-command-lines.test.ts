import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { run } from '../harness/command.ts';
import { query, value } from '../harness/database.ts';
import { createWorkspace } from '../harness/workspace.ts';

// The newest six clean weeks are those that end on or before this day.
const RUN_DATE = { MARKET_SPINE_RUN_DATE: '2026-01-02' };

/** A working directory with the default data folder; relative paths start there. */
function workingDirectory() {
  const { dir } = createWorkspace();
  cpSync(CLEAN_DIR, join(dir, 'data', 'finra_otc'), { recursive: true });
  return {
    dir,
    db: join(dir, 'data', 'market_spine.db'),
    start: (line: string, env = {}) => run(line.split(' '), { cwd: dir, env: { ...RUN_DATE, ...env } }),
  };
}

describe('the command lines of the manual, with nothing else but the run date', () => {
  it('--lookback-weeks 6', async () => {
    const { start, db } = workingDirectory();
    expect(await start('--lookback-weeks 6')).toMatchObject({ code: 0 });
    expect(
      query(db, 'SELECT count(*) AS n, min(week_ending) AS oldest, max(week_ending) AS newest FROM core_captures'),
    ).toEqual([{ n: 24n, oldest: '2025-11-28', newest: '2026-01-02' }]);
  });

  it('--mode dry-run --lookback-weeks 6', async () => {
    const { start, dir } = workingDirectory();
    const { code, stdout } = await start('--mode dry-run --lookback-weeks 6');
    expect(code).toBe(0);
    expect(stdout.match(/would ingest \(first capture\)/g)).toHaveLength(18);
    expect(readdirSync(join(dir, 'data'))).toEqual(['finra_otc']);
  });

  it('--weeks 2025-12-15,2025-12-22,2025-12-29 --force', async () => {
    const { start, db } = workingDirectory();
    await start('--lookback-weeks 6');
    const { code, stderr } = await start('--weeks 2025-12-15,2025-12-22,2025-12-29 --force', {
      MARKET_SPINE_RUN_DATE: '2026-01-09',
    });
    expect(code).toBe(0);
    expect(stderr).toContain(
      "notice: 2025-12-15 stands for the week ending 2025-12-12 (FINRA's week of Monday 2025-12-08)\n",
    );
    const restated = "SELECT DISTINCT week_ending FROM core_captures WHERE run_date = '2026-01-09' ORDER BY 1 DESC";
    expect(query(db, restated).map((row) => row.week_ending)).toEqual(['2025-12-26', '2025-12-19', '2025-12-12']);
  });

  it('--only-stage ingest --lookback-weeks 4', async () => {
    const { start, db } = workingDirectory();
    expect(await start('--only-stage ingest --lookback-weeks 4')).toMatchObject({ code: 0 });
    expect(query(db, 'SELECT state, count(*) AS n FROM core_captures GROUP BY state')).toEqual([
      { state: 'staged', n: 12n },
    ]);
    expect(query(db, 'SELECT DISTINCT stage FROM core_manifest')).toEqual([{ stage: 'RAW' }]);
  });

  it.each(['--lookback-weeks 6 --source file --db DB --verbose', '--lookback-weeks=6 --source=file --db=DB --verbose'])(
    '%s',
    async (line) => {
      const { start, dir } = workingDirectory();
      const db = join(dir, 'custom', 'path', 'market_spine.db');
      const { code, stdout } = await start(line.replace('DB', db));
      expect(code).toBe(0);
      expect(stdout).toContain(`  database    ${db}\n`);
      expect(stdout).toContain('\nReadiness\n  2026-01-02  ready\n');
      expect(value(db, "SELECT count(*) FROM core_captures WHERE state = 'accepted'")).toBe(24n);
      expect(existsSync(join(dir, 'data', 'market_spine.db'))).toBe(false);
    },
  );
});

describe('the environment', () => {
  it('sets what flags set, and a flag wins', async () => {
    const { start, db } = workingDirectory();
    const env = { MARKET_SPINE_WEEKS: '2025-12-19', MARKET_SPINE_TIERS: 'OTC', MARKET_SPINE_QUIET: 'yes' };
    const { code, stdout } = await start('--tiers T1', env);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^exit 0, success: 1 ingested, 340 rows/),
    });
    expect(query(db, 'SELECT capture_id FROM core_captures')).toEqual([
      { capture_id: 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260102' },
    ]);
  });
});
