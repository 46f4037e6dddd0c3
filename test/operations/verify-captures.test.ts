import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../../src/domain/tier.ts';
import { type VerifiedCapture, type VerifyDeps, verifyCaptures } from '../../src/operations/verify-captures.ts';
import { bytesPath, entryPath } from '../../src/sources/archive/layout.ts';
import { openToRead } from '../../src/store/sqlite/open-store.ts';
import { openScratch } from '../../src/store/sqlite/scratch-store.ts';
import { brokenDir, CLEAN_DIR, FORMS, formDir, REJECT_KINDS } from '../generator/fixture-paths.ts';
import { execute, value } from '../harness/database.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { fakeClock } from '../harness/in-process.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';

const FIRST = '--run-date 2026-02-02';
const TIER_1 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' } as const;
const PREFIX = 'finra_otc_transparency_';
const archiveOf = ({ dir }: Scenario) => join(dir, 'archive');

/** Runs `line` over a scenario with its bytes archived. */
async function keep(scenario: Scenario, line: string): Promise<Scenario> {
  await scenario.run(`${line} --archive-dir ${archiveOf(scenario)}`);
  return scenario;
}

const week = () => keep(createScenario(CLEAN_DIR), `--weeks 2025-12-19 ${FIRST}`);

/** What verifying says of each capture. */
const verify = async (scenario: Scenario, given: Given = {}) => (await verification(scenario, given)).captures;

type Given = Partial<VerifyDeps & { weeks: string[] }>;

async function verification(scenario: Scenario, given: Given = {}) {
  const store = openToRead({ path: scenario.db, busyTimeoutMs: 0, allowNetworkFs: false });
  if (store === null) throw new Error('there is no database');
  const { weeks = ['2025-12-19'], ...deps } = given;
  try {
    return await verifyCaptures(
      { weeks, tiers: TIERS },
      {
        store,
        openScratch,
        archiveDir: archiveOf(scenario),
        clock: fakeClock(),
        pause: async () => {},
        onVerified: () => {},
        ...deps,
      },
    );
  } finally {
    store.close();
  }
}

const idOf = (tier: string, day = '20260202') => `finra.otc_transparency:${tier}:2025-12-19:${day}`;

/** `capture status` of each capture, and which tables differ. */
const shortOf = (captures: readonly VerifiedCapture[]) =>
  captures.map(({ captureId, status, differences }) => [captureId, status, ...differences.map(({ table }) => table)]);

describe('captures whose figures are what their bytes give', () => {
  it('are equal in all their sets, and nothing of the database or the archive is changed', async () => {
    const scenario = await week();
    const before = folderBytes(scenario.dir);
    const told: VerifiedCapture[] = [];
    const captures = await verify(scenario, { onVerified: (capture) => told.push(capture) });
    expect(shortOf(captures)).toEqual(TIERS.map((tier) => [idOf(tier), 'equal']));
    expect(captures[0]).toMatchObject({
      compared: [
        `${PREFIX}raw`,
        'core_rejects',
        ...['normalized', 'venue_volume', 'venue_share', 'hhi'].map((name) => PREFIX + name),
        'core_captures',
      ],
      notCompared: [],
      error: null,
    });
    expect(told).toEqual(captures);
    expect(folderBytes(scenario.dir)).toEqual(before);
  });

  it.each(FORMS.filter((form) => form !== 'named_by_publication'))('are equal in the form %s', async (form) => {
    const scenario = await keep(createScenario(formDir(form)), `--weeks 2025-12-19 ${FIRST}`);
    expect(shortOf(await verify(scenario))).toEqual([[idOf('NMS_TIER_1'), 'equal']]);
  });

  it.each(REJECT_KINDS)('are equal with rejects of the kind %s', async (kind) => {
    const scenario = await keep(createScenario(brokenDir(kind)), `--weeks 2025-12-19 ${FIRST}`);
    expect(shortOf(await verify(scenario))).toEqual([[idOf('NMS_TIER_1'), 'equal']]);
    expect(value(scenario.db, 'SELECT count(*) FROM core_rejects')).not.toBe(0n);
  });

  it('are equal when they were superseded, or accepted past a gate', async () => {
    const scenario = await week();
    scenario.put(brokenDir('shrunk'), [TIER_1]);
    await keep(scenario, '--weeks 2025-12-19 --run-date 2026-02-09 --force');
    expect(shortOf(await verify(scenario))).toEqual(
      expect.arrayContaining([
        [idOf('NMS_TIER_1'), 'equal'],
        [idOf('NMS_TIER_1', '20260209'), 'equal'],
      ]),
    );
  });

  it('are those of the window, without staged and rejected ones', async () => {
    const scenario = await week();
    scenario.put(brokenDir('shrunk'), [TIER_1]);
    await keep(scenario, '--weeks 2025-12-19 --run-date 2026-02-09');
    await keep(scenario, `--weeks 2025-12-12 --only-stage ingest ${FIRST}`);
    expect(shortOf(await verify(scenario, { weeks: ['2025-12-19', '2025-12-12'] }))).toEqual(
      TIERS.map((tier) => [idOf(tier), 'equal']),
    );
    expect(await verify(scenario, { weeks: ['2025-11-14'] })).toEqual([]);
  });

  it('name the calcs that they do not have, or that another version made', async () => {
    const scenario = await keep(createScenario(CLEAN_DIR), `--weeks 2025-12-19 --tiers OTC ${FIRST}`);
    execute(scenario.db, "UPDATE core_capture_calcs SET calc_version = 0 WHERE stage = 'HHI'");
    execute(scenario.db, "DELETE FROM core_capture_calcs WHERE stage = 'VENUE_SHARE'");
    expect(await verify(scenario)).toMatchObject([{ status: 'equal', notCompared: ['VENUE_SHARE', 'HHI'] }]);
  });
});

describe('a capture whose figures are not what its bytes give', () => {
  it.each<[string, string, string[]]>([
    ['raw rows', 'DELETE FROM raw_rows WHERE line_number = 7', ['raw']],
    [
      'normalized rows',
      'UPDATE normalized_rows SET total_shares = total_shares + 1 WHERE issue_key = (SELECT min(issue_key) FROM normalized_rows)',
      ['normalized', 'venue_volume', 'venue_share'],
    ],
    ['a calc', 'UPDATE hhi_rows SET hhi = hhi / 2', ['hhi']],
    ['a venue share', 'UPDATE symbol_totals SET symbol_shares = symbol_shares + 1', ['venue_share']],
  ])('is named with the sets that differ: %s', async (_, tamper, tables) => {
    const scenario = await keep(createScenario(CLEAN_DIR), `--weeks 2025-12-19 --tiers OTC ${FIRST}`);
    execute(scenario.db, tamper);
    expect(shortOf(await verify(scenario))).toEqual([
      [idOf('OTC'), 'different', ...tables.map((name) => PREFIX + name)],
    ]);
  });

  it('is named with the counts that its row keeps', async () => {
    const scenario = await keep(createScenario(CLEAN_DIR), `--weeks 2025-12-19 --tiers OTC ${FIRST}`);
    execute(scenario.db, 'UPDATE core_captures SET venue_count = venue_count + 1');
    expect(await verify(scenario)).toMatchObject([
      {
        status: 'different',
        differences: [{ table: 'core_captures', changed: 1, examples: [`changed ${idOf('OTC')}`] }],
      },
    ]);
  });

  it('counts its rows, and names the first of them', async () => {
    const scenario = await keep(createScenario(CLEAN_DIR), `--weeks 2025-12-19 --tiers OTC ${FIRST}`);
    execute(scenario.db, 'UPDATE raw_rows SET line_number = line_number + 1000 WHERE line_number IN (5, 6)');
    expect(await verify(scenario)).toMatchObject([
      {
        differences: [
          {
            table: `${PREFIX}raw`,
            surplus: 2,
            missing: 2,
            changed: 0,
            examples: ['missing 5', 'missing 6', 'surplus 1005'],
          },
        ],
      },
    ]);
  });
});

describe('the entry of a capture in the archive', () => {
  const entryOf = (scenario: Scenario, runDate = '2026-02-02') =>
    entryPath(archiveOf(scenario), { partition: TIER_1, runDate });
  const tier1 = () => keep(createScenario(CLEAN_DIR, [TIER_1]), `--weeks 2025-12-19 --tiers T1 ${FIRST}`);

  it('is equal when it says what is stored', async () => {
    const scenario = await tier1();
    expect((await verify(scenario))[0]?.entry).toEqual({
      file: entryOf(scenario),
      status: 'equal',
      differences: [],
      error: null,
    });
  });

  it('is a difference where it is missing, though all figures are equal', async () => {
    const scenario = await tier1();
    rmSync(entryOf(scenario));
    expect(await verify(scenario)).toMatchObject([
      { status: 'different', differences: [], error: null, entry: { status: 'missing', file: entryOf(scenario) } },
    ]);
    expect((await verification(scenario)).unknownEntries).toEqual([]);
  });

  it.each<[string, string, string, (text: string) => string]>([
    ['another hash', 'content_hash', 'a'.repeat(64), (text) => text.replace(/[0-9a-f]{64}/, 'a'.repeat(64))],
    ['another source', 'source', 'api', (text) => text.replace('"file"', '"api"')],
    ['another place', 'locator', '/x.csv', (text) => text.replace(/"locator": "[^"]*"/, '"locator": "/x.csv"')],
    ['other summary types', 'summary_types', 'non-ats', (text) => text.replace('"ats"', '"non-ats"')],
    ['another size', 'byte_count', '1', (text) => text.replace(/"byte_count": \d+/, '"byte_count": 1')],
  ])('is a difference where it says %s', async (_, field, archived, change) => {
    const scenario = await tier1();
    writeFileSync(entryOf(scenario), change(readFileSync(entryOf(scenario), 'utf8')));
    const [capture] = await verify(scenario);
    expect(capture).toMatchObject({ status: 'different', differences: [], entry: { status: 'different' } });
    expect(capture?.entry.differences.map((each) => [each.field, String(each.archive)])).toEqual([[field, archived]]);
  });

  it.each(['source', 'locator'])('tells of a %s that was changed in the database', async (column) => {
    const scenario = await tier1();
    execute(scenario.db, `UPDATE core_captures SET ${column} = 'api' WHERE source <> 'derived'`);
    expect(await verify(scenario)).toMatchObject([
      { status: 'different', entry: { differences: [{ field: column, database: 'api' }] } },
    ]);
  });

  it('is a difference where it cannot be read', async () => {
    const scenario = await tier1();
    writeFileSync(entryOf(scenario), 'half a docu');
    expect(await verify(scenario)).toMatchObject([
      { status: 'different', entry: { status: 'unreadable', error: { code: 'archive_entry_damaged' } } },
    ]);
    rmSync(join(archiveOf(scenario), 'captures', '2025-12-19'), { recursive: true });
    writeFileSync(join(archiveOf(scenario), 'captures', '2025-12-19'), 'no folder');
    expect(await verify(scenario)).toMatchObject([{ entry: { error: { code: 'archive_read_failed' } } }]);
  });

  it('may be the earlier one that the capture was replayed from', async () => {
    const lost = await tier1();
    const scenario = createScenario();
    const replay = `--weeks 2025-12-19 --tiers T1 --source archive --archive-dir ${archiveOf(lost)}`;
    await scenario.run(`${replay} --run-date 2026-02-09`);
    const { captures, unknownEntries } = await verification(scenario, { archiveDir: archiveOf(lost) });
    expect(captures).toMatchObject([{ status: 'equal', entry: { status: 'equal', file: entryOf(lost) } }]);
    expect(unknownEntries).toEqual([]);
  });

  it('without its capture in the database is named, and is no difference', async () => {
    const scenario = await tier1();
    scenario.revise(TIER_1);
    await keep(scenario, '--weeks 2025-12-19 --tiers T1 --run-date 2026-02-09');
    const rebuilt = createScenario();
    const replay = `--weeks 2025-12-19 --tiers T1 --source archive --archive-dir ${archiveOf(scenario)}`;
    await rebuilt.run(`${replay} --run-date 2026-02-09`);
    const { captures, unknownEntries } = await verification(rebuilt, { archiveDir: archiveOf(scenario) });
    expect(captures.map(({ status }) => status)).toEqual(['equal']);
    expect(unknownEntries).toEqual([{ file: entryOf(scenario), captureId: idOf('NMS_TIER_1'), partition: TIER_1 }]);
  });
});

describe('a capture whose bytes give no figures', () => {
  it.each<[string, (path: string) => void, string]>([
    ['gone', (path) => rmSync(path), 'archive_bytes_missing'],
    ['damaged', (path) => writeFileSync(path, gzipSync('other bytes')), 'archive_bytes_damaged'],
    ['cut short', (path) => writeFileSync(path, gzipSync('text').subarray(0, 10)), 'archive_bytes_damaged'],
  ])('is not verified when they are %s, and the others are', async (_, damage, code) => {
    const scenario = await week();
    const hash = value(scenario.db, "SELECT content_hash FROM core_captures WHERE tier = 'NMS_TIER_2'");
    damage(bytesPath(archiveOf(scenario), String(hash)));
    const captures = await verify(scenario);
    expect(captures.map(({ status }) => status)).toEqual(['equal', 'not_verified', 'equal']);
    expect(captures[1]).toMatchObject({ compared: [], differences: [], error: { code } });
  });
});

it('passes over a capture that a run replaces while it is looked at', async () => {
  const scenario = await week();
  scenario.revise(TIER_1);
  let replaced = false;
  const captures = await verify(scenario, {
    async pause() {
      if (replaced) return;
      replaced = true;
      await keep(scenario, `--weeks 2025-12-19 ${FIRST}`);
    },
  });
  expect(shortOf(captures)).toEqual([
    [idOf('NMS_TIER_2'), 'equal'],
    [idOf('OTC'), 'equal'],
  ]);
  expect(shortOf(await verify(scenario))).toEqual(TIERS.map((tier) => [idOf(tier), 'equal']));
});
