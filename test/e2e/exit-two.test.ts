import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteHandle from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR, fixtureFileName } from '../generator/fixture-paths.ts';
import { type Ended, PROJECT, RUNS_MODULES, run } from '../harness/command.ts';
import { execute, query, value } from '../harness/database.ts';
import { runHere } from '../harness/in-process.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';
import { createWorkspace } from '../harness/workspace.ts';

const OTC = { weekEnding: '2025-12-19', tier: 'OTC' } as const;
const WEEK = ['--weeks', '2025-12-19', '--tiers', 'OTC', '--run-date', '2026-02-02'];
const CRITICAL = 'exit 2, critical: the run could not do its job\n';

function start(scenario: Scenario, args: readonly string[], place = scenario.place): Promise<Ended> {
  return run([...place, ...args], { cwd: scenario.dir });
}

describe('exit 2 for a data folder', () => {
  it('that is missing; no database is made', async () => {
    const scenario = createScenario();
    const missing = join(scenario.dir, 'missing');
    const ended = await start(scenario, WEEK, ['--data-dir', missing, '--db', scenario.db]);
    expect(ended).toMatchObject({
      code: 2,
      stderr: `error: the data folder ${missing} does not exist\ntry: name the folder that holds the FINRA files with --data-dir\n`,
    });
    expect(ended.stdout.endsWith(`\n${CRITICAL}`)).toBe(true);
    expect(readdirSync(scenario.dir)).toEqual(['data']);
  });

  it('that is a file', async () => {
    const scenario = createScenario();
    const file = join(scenario.dir, 'file');
    writeFileSync(file, '');
    expect(await start(scenario, WEEK, ['--data-dir', file, '--db', scenario.db])).toMatchObject({
      code: 2,
      stderr: `error: ${file} is not a folder\ntry: name the folder that holds the FINRA files with --data-dir\n`,
    });
  });

  it('that is missing in a dry run too', async () => {
    const scenario = createScenario();
    const missing = join(scenario.dir, 'missing');
    const ended = await start(scenario, [...WEEK, '--dry-run'], ['--data-dir', missing, '--db', scenario.db]);
    expect(ended).toMatchObject({
      code: 2,
      stderr: `error: the data folder ${missing} does not exist\ntry: name the folder that holds the FINRA files with --data-dir\n`,
    });
  });

  it('but not for one that --only-stage normalize and calc do not need', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    await start(scenario, [...WEEK, '--only-stage', 'ingest']);
    for (const stage of ['normalize', 'calc']) {
      const ended = await start(
        scenario,
        [...WEEK, '--only-stage', stage],
        ['--data-dir', '/missing', '--db', scenario.db],
      );
      expect(ended).toMatchObject({ code: 0, stderr: '' });
    }
  });
});

describe('exit 2 for a database that cannot be used, which stays as it is', () => {
  it.each<[what: string, arrange: (path: string) => void, why: string, hint: string]>([
    [
      'a text file',
      (path) =>
        writeFileSync(
          path,
          'Some text that is much longer than the header of a SQLite database would be.\n'.repeat(40),
        ),
      'it is not a SQLite database',
      'give another --db; this file was left as it is',
    ],
    [
      "another program's database",
      (path) => {
        writeFileSync(path, '');
        execute(path, 'CREATE TABLE people (name TEXT)');
      },
      'belongs to another program (it has the table people)',
      'give another --db; this file was left as it is',
    ],
  ])('%s', async (_, arrange, why, hint) => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    const path = join(scenario.dir, 'other.db');
    arrange(path);
    const before = readFileSync(path);
    for (const mode of [[], ['--dry-run']]) {
      const ended = await start(scenario, [...WEEK, ...mode], ['--data-dir', scenario.dataDir, '--db', path]);
      expect(ended).toMatchObject({ code: 2, stderr: `error: database ${path}: ${why}\ntry: ${hint}\n` });
      expect(ended.stdout.endsWith(CRITICAL)).toBe(true);
      expect(readFileSync(path)).toEqual(before);
    }
  });

  it('a folder', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    const place = ['--data-dir', scenario.dataDir, '--db', scenario.dir];
    const before = readdirSync(scenario.dir);
    for (const mode of [[], ['--dry-run']]) {
      expect(await start(scenario, [...WEEK, ...mode], place)).toMatchObject({
        code: 2,
        stderr:
          `error: database ${scenario.dir}: it is a folder\n` +
          `try: give the path of a file, such as ${join(scenario.dir, 'market_spine.db')}\n`,
      });
      expect(readdirSync(scenario.dir)).toEqual(before);
      expect(existsSync(`${scenario.dir}.lock`)).toBe(false);
    }
  });

  it('one that a newer version of the program made', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    await start(scenario, WEEK);
    execute(scenario.db, "INSERT INTO kysely_migration VALUES ('9999-later', '2030-01-01T00:00:00.000Z')");
    const before = readFileSync(scenario.db);
    for (const mode of [[], ['--dry-run']]) {
      expect(await start(scenario, [...WEEK, ...mode])).toMatchObject({
        code: 2,
        stderr:
          `error: database ${scenario.db}: made by a newer version of this program (it has the migration 9999-later)\n` +
          'try: upgrade the program, or give another --db; this file was left as it is\n',
      });
      expect(readFileSync(scenario.db)).toEqual(before);
    }
  });

  it('one of a newer version that was killed: its log stays beside it', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    await start(scenario, WEEK);
    const killed = join(scenario.dir, 'killed.db');
    const newer = new SqliteHandle(scenario.db);
    newer.pragma('journal_mode = WAL');
    newer.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2030-01-01T00:00:00.000Z')");
    for (const suffix of ['', '-wal', '.lock']) copyFileSync(scenario.db + suffix, killed + suffix);
    newer.close();
    const bytes = () => ['', '-wal'].map((suffix) => readFileSync(killed + suffix));
    const before = bytes();
    const place = ['--data-dir', scenario.dataDir, '--db', killed];
    const copy = join(scenario.dir, 'copy.db');
    for (const args of [
      [...place, ...WEEK],
      ['work', 'cancel', '1', '--db', killed],
      ['backup', copy, '--db', killed],
    ]) {
      const { code, stderr } = await run(args, { cwd: scenario.dir });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('made by a newer version') });
      expect(bytes()).toEqual(before);
    }
  });

  it('one whose folder cannot be made', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    const path = join(scenario.dataDir, fixtureFileName(OTC), 'market_spine.db');
    const { code, stderr } = await start(scenario, WEEK, ['--data-dir', scenario.dataDir, '--db', path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: database .*market_spine\.db: its folder cannot be made \(.*\)\ntry: give a --db in a folder that this user can write\n$/,
    );
  });
});

describe('exit 2 for a run that was stopped', () => {
  it('by a signal: what was committed stays, and the run is kept as interrupted', async () => {
    const scenario = createScenario(CLEAN_DIR, [OTC]);
    const args = [...scenario.place, ...WEEK];
    await runHere(args);
    const { code, stderr } = await runHere([...args, '--force'], { interrupted: AbortSignal.abort('SIGTERM') });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'error: interrupted by SIGTERM; what was committed stays, the stage under way was rolled back\n' +
        'try: run again: it goes on from there\n',
    });
    expect(query(scenario.db, 'SELECT status, exit_code FROM core_scheduler_runs')).toEqual([
      { status: 'success', exit_code: 0n },
      { status: 'interrupted', exit_code: 2n },
    ]);
    expect(value(scenario.db, 'SELECT count(*) FROM finra_otc_transparency_hhi_latest')).toBeGreaterThan(0n);
  });

  it('by a bug, with a stack trace under --verbose only', async () => {
    const broken = {
      now: () => {
        throw new Error('the clock is broken');
      },
    };
    const quiet = await runHere([], { clock: broken });
    expect(quiet).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: internal error: the clock is broken\ntry: run again with --verbose and report this\n',
    });
    const verbose = await runHere(['--verbose'], { clock: broken });
    expect(verbose.stderr).toMatch(
      /^error: internal error: the clock is broken\ntry: .*\nError: the clock is broken\n {4}at /,
    );
  });
});

describe('exit 2 for a program that cannot be loaded', () => {
  /** A copy of the package with only some of its folders. */
  function copyOf(...parts: string[]): string {
    const { dir } = createWorkspace();
    for (const part of ['package.json', ...parts]) cpSync(join(PROJECT, part), join(dir, part), { recursive: true });
    return join(dir, 'bin', 'run-finra-weekly-schedule.js');
  }

  it('because it was never built', async () => {
    const { code, stdout, stderr } = await run(['--version'], { command: copyOf('bin') });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const [error, ...rest] = stderr.split('\ntry: ');
    expect(error).toMatch(/^error: the program cannot be loaded: ENOENT: .*dist\/entry\.cjs'$/);
    expect(rest).toEqual(['npm ci && npm run build in its folder, or install the package again\n']);
  });

  it('because what it depends on is not installed; the module is named and no database is made', async () => {
    const { dataDir, db } = createScenario();
    const { code, stderr } = await run(['--data-dir', dataDir, '--db', db, ...WEEK], {
      command: copyOf('bin', 'dist'),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: better_sqlite3\.node, .*Cannot find module 'better-sqlite3\//);
    expect(existsSync(db)).toBe(false);
  });
});

// What compiles the modules for a test cannot start there itself.
describe.skipIf(process.platform === 'win32' || RUNS_MODULES)('in a folder that has been deleted', () => {
  const startThere = (args: readonly string[]) =>
    run(args, {
      cwd: createWorkspace().dir,
      through: ['sh', '-c', 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', 'sh'],
    });

  it.each(['--lookback-weeks 2', 'status', 'backup copy.db'])('%s says so', async (line) => {
    expect(await startThere(line.split(' '))).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'error: the current folder is gone\n' +
        'try: change to a folder that exists, such as with cd /, and start it again\n',
    });
  });

  it('the version and the help are there', async () => {
    for (const flag of ['--version', '--help']) expect(await startThere([flag])).toMatchObject({ code: 0, stderr: '' });
  });
});
