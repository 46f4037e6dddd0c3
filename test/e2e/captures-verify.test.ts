import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR } from '../generator/fixture-paths.ts';
import { type Ended, run } from '../harness/command.ts';
import { execute, value } from '../harness/database.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const WINDOW = '--weeks 2025-12-19 --run-date 2026-02-02';
const ID = 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202';
const archiveOf = ({ dir }: Scenario) => join(dir, 'archive');

async function archived(): Promise<Scenario> {
  const scenario = createScenario(CLEAN_DIR);
  await scenario.run(`${WINDOW} --archive-dir ${archiveOf(scenario)}`);
  return scenario;
}

function verify(scenario: Scenario, line: string, env: Record<string, string> = {}): Promise<Ended> {
  const place = ['--db', scenario.db, '--archive-dir', archiveOf(scenario)];
  return run(['captures', 'verify', ...place, ...line.split(' ')], { cwd: scenario.dir, env });
}

function bytesOf(scenario: Scenario, tier: string): string {
  const hash = String(value(scenario.db, 'SELECT content_hash FROM core_captures WHERE tier = ?', tier));
  return join(archiveOf(scenario), 'bytes', hash.slice(0, 2), `${hash}.gz`);
}

const entryOf = (scenario: Scenario, tier: string, runDate = '2026-02-02') =>
  join(archiveOf(scenario), 'captures', '2025-12-19', `${tier}.${runDate}.json`);

describe('captures verify', () => {
  it('exits 0 when every capture of the window is equal, and changes nothing', async () => {
    const scenario = await archived();
    const before = folderBytes(scenario.dir);
    expect(await verify(scenario, WINDOW)).toEqual({
      code: 0,
      signal: null,
      stdout: [
        `Captures  made again from ${archiveOf(scenario)}, compared with ${scenario.db}`,
        `  equal         ${ID}`,
        '  equal         finra.otc_transparency:NMS_TIER_2:2025-12-19:20260202',
        '  equal         finra.otc_transparency:OTC:2025-12-19:20260202',
        '',
        'exit 0, success: 3 accepted captures: 3 equal',
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(folderBytes(scenario.dir)).toEqual(before);
  });

  it('exits 1 and names captures, tables and rows that differ, and captures without their bytes', async () => {
    const scenario = await archived();
    execute(
      scenario.db,
      `UPDATE hhi_rows SET hhi = hhi / 2 WHERE capture_key = (SELECT capture_key FROM core_captures WHERE tier = 'OTC');
      UPDATE raw_rows SET line_number = 9999 WHERE line_number = 5 AND capture_key = (
        SELECT capture_key FROM core_captures WHERE tier = 'OTC')`,
    );
    rmSync(bytesOf(scenario, 'NMS_TIER_2'));
    const { code, stdout, stderr } = await verify(scenario, `${WINDOW} --quiet`);
    const [hash] = /[0-9a-f]{64}/.exec(bytesOf(scenario, 'NMS_TIER_2')) ?? [];
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines.slice(0, 8)).toEqual([
      '  NOT VERIFIED  finra.otc_transparency:NMS_TIER_2:2025-12-19:20260202',
      `                the archive does not hold the bytes ${hash}`,
      '                try: restore that file from a copy of the archive, or take the partition again from its source with --force',
      '  DIFFERENT     finra.otc_transparency:OTC:2025-12-19:20260202',
      '                finra_otc_transparency_raw: 1 row not in the bytes, 1 row missing',
      '                  missing 5',
      '                  not in the bytes 9999',
      '                finra_otc_transparency_hhi: 91 rows changed',
    ]);
    expect(lines.at(-2)).toBe('exit 1, partial failure: 3 accepted captures: 1 equal, 1 different, 1 not verified');
  });

  it('says the same as one JSON document', async () => {
    const scenario = await archived();
    execute(scenario.db, "UPDATE core_captures SET venue_count = venue_count + 1 WHERE tier = 'NMS_TIER_1'");
    const { code, stdout } = await verify(scenario, `${WINDOW} --tiers T1 --json`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      window: { weeks: ['2025-12-19'], tiers: ['NMS_TIER_1'] },
      database: scenario.db,
      archive_dir: archiveOf(scenario),
      captures: [
        {
          capture_id: ID,
          week_ending: '2025-12-19',
          tier: 'NMS_TIER_1',
          status: 'different',
          compared: expect.arrayContaining(['finra_otc_transparency_raw', 'core_captures']),
          not_compared: [],
          differences: [{ table: 'core_captures', surplus: 0, missing: 0, changed: 1, examples: [`changed ${ID}`] }],
          entry: { file: entryOf(scenario, 'NMS_TIER_1'), status: 'equal', differences: [], error: null },
          error: null,
        },
      ],
      unknown_entries: [],
      exit_code: 1,
    });
  });

  it('exits 1 and names entries of the archive that are gone or say otherwise', async () => {
    const scenario = await archived();
    const [gone, changed] = [entryOf(scenario, 'NMS_TIER_2'), entryOf(scenario, 'OTC')];
    rmSync(gone);
    writeFileSync(changed, readFileSync(changed, 'utf8').replace('"source": "file"', '"source": "api"'));
    expect(await verify(scenario, `${WINDOW} --quiet`)).toMatchObject({
      code: 1,
      stdout: [
        '  DIFFERENT     finra.otc_transparency:NMS_TIER_2:2025-12-19:20260202',
        `                the archive does not list it: there is no ${gone}`,
        '                try: restore that file from a copy of the archive, or take the partition again with ' +
          '--force --run-date 2026-02-02',
        '  DIFFERENT     finra.otc_transparency:OTC:2025-12-19:20260202',
        `                the archive lists it otherwise in ${changed}:`,
        '                  source "api", in the database "file"',
        'exit 1, partial failure: 3 accepted captures: 1 equal, 2 different',
        '',
      ].join('\n'),
    });
    await scenario.run(`${WINDOW} --force --archive-dir ${archiveOf(scenario)}`);
    expect(await verify(scenario, WINDOW)).toMatchObject({ code: 0 });
  });

  it('exits 0 and names entries of the archive whose captures the database lacks', async () => {
    const scenario = await archived();
    const [entry, later] = [entryOf(scenario, 'OTC'), entryOf(scenario, 'OTC', '2026-02-09')];
    writeFileSync(later, readFileSync(entry, 'utf8').replace(':20260202', ':20260209'));
    const { code, stdout } = await verify(scenario, WINDOW);
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(-5)).toEqual([
      '  no capture    finra.otc_transparency:OTC:2025-12-19:20260209',
      `                the archive lists it in ${later}, and the database does not hold it`,
      '',
      'exit 0, success: 3 accepted captures: 3 equal; 1 archived capture not in the database',
      '',
    ]);
    expect(JSON.parse((await verify(scenario, `${WINDOW} --json`)).stdout).unknown_entries).toEqual([
      {
        capture_id: 'finra.otc_transparency:OTC:2025-12-19:20260209',
        week_ending: '2025-12-19',
        tier: 'OTC',
        file: later,
      },
    ]);
  });

  it('exits 2 and says nothing on stdout when the database cannot be read', async () => {
    const scenario = await archived();
    execute(scenario.db, 'DROP TABLE core_capture_calcs');
    const { code, stdout, stderr } = await verify(scenario, WINDOW);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('error: ');
  });

  it('exits 0 for a window without captures, and says that there is none', async () => {
    const scenario = await archived();
    expect(await verify(scenario, '--weeks 2025-11-14 --quiet')).toMatchObject({
      code: 0,
      stdout: 'exit 0, success: 0 accepted captures in the window\n',
    });
  });

  it('takes the archive from the environment, and its options before its name', async () => {
    const scenario = await archived();
    const args = ['--db', scenario.db, ...WINDOW.split(' '), 'captures', 'verify', '-q'];
    const env = { MARKET_SPINE_ARCHIVE_DIR: archiveOf(scenario) };
    expect(await run(args, { env })).toMatchObject({ code: 0, stdout: expect.stringContaining('3 equal') });
  });

  it.each<[string, string[], string]>([
    [
      'without an archive',
      ['captures', 'verify'],
      'error: captures verify: needs --archive-dir\ntry: name the archive, such as --archive-dir data/archive\n',
    ],
    [
      'without the archive that is named',
      ['captures', 'verify', '--archive-dir', '/nowhere/archive'],
      'error: the archive /nowhere/archive does not exist\n' +
        'try: name the folder that earlier runs were given with --archive-dir\n',
    ],
    [
      'without a database',
      ['captures', 'verify', '--archive-dir', '.', '--db', '/nowhere/x.db'],
      'error: database /nowhere/x.db: there is none\ntry: give the --db of earlier runs\n',
    ],
    [
      'with an option of the run',
      ['captures', 'verify', '--force'],
      "error: unknown option '--force'\ntry: see run-finra-weekly-schedule --help\n",
    ],
  ])('exits 2 %s', async (_, args, stderr) => {
    const scenario = createScenario();
    const ended = await run(args, { cwd: scenario.dir });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ended.stderr.endsWith(stderr)).toBe(true);
    expect(readdirSync(scenario.dir)).toEqual(['data']);
  });
});
