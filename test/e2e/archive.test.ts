import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { brokenDir, CLEAN_DIR, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { apiScenario, fixtureRows } from '../harness/api-scenario.ts';
import { run } from '../harness/command.ts';
import { query, value } from '../harness/database.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { outcomesOf, partitionOf } from '../harness/run-document.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';
import { storedState } from '../harness/stored-state.ts';

const WEEK = '--weeks 2025-12-19';
const TIER_1 = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' } as const;
const FIRST = '--run-date 2026-02-02';
const LATER = '--run-date 2026-02-09';

const archiveOf = ({ dir }: Scenario) => join(dir, 'archive');
const kept = (scenario: Scenario) => `--archive-dir ${archiveOf(scenario)}`;
const replayed = (scenario: Scenario) => `--source archive ${kept(scenario)}`;

/** A week of three tiers, stored with its bytes archived. */
async function archived(): Promise<Scenario> {
  const scenario = createScenario(CLEAN_DIR);
  const { exit_code } = await scenario.run(`${WEEK} ${FIRST} ${kept(scenario)}`);
  expect(exit_code).toBe(0);
  return scenario;
}

function hashesOf(scenario: Scenario): unknown[] {
  return query(scenario.db, "SELECT content_hash FROM core_captures WHERE source <> 'derived' ORDER BY 1").map(
    (row) => row.content_hash,
  );
}

const entriesOf = (scenario: Scenario) =>
  readdirSync(join(archiveOf(scenario), 'captures'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort();

function bytesOf(scenario: Scenario): string[] {
  const names = readdirSync(join(archiveOf(scenario), 'bytes'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.gz')).sort();
}

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(path, bytes);
}

const verified = (scenario: Scenario) =>
  run([
    'captures',
    'verify',
    ...WEEK.split(' '),
    ...LATER.split(' '),
    ...kept(scenario).split(' '),
    '--db',
    scenario.db,
  ]);

describe('a run with --archive-dir', () => {
  it('keeps the bytes of every capture under their hash, and lists what it accepted', async () => {
    const scenario = await archived();
    expect(bytesOf(scenario)).toEqual(hashesOf(scenario).map((hash) => `${String(hash).slice(0, 2)}/${hash}.gz`));
    expect(entriesOf(scenario)).toEqual([
      '2025-12-19/NMS_TIER_1.2026-02-02.json',
      '2025-12-19/NMS_TIER_2.2026-02-02.json',
      '2025-12-19/OTC.2026-02-02.json',
    ]);
  });

  it('writes nothing of it in a dry run, and nothing more when all is unchanged', async () => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(`${WEEK} ${FIRST} ${kept(scenario)} --dry-run`);
    expect(readdirSync(scenario.dir)).toEqual(['data']);
    await scenario.run(`${WEEK} ${FIRST} ${kept(scenario)}`);
    const before = folderBytes(archiveOf(scenario));
    await scenario.run(`${WEEK} ${LATER} ${kept(scenario)}`);
    expect(folderBytes(archiveOf(scenario))).toEqual(before);
  });

  it('keeps the bytes of a rejected capture, and does not list it', async () => {
    const scenario = await archived();
    scenario.put(brokenDir('shrunk'), [SMALL_PARTITION]);
    const document = await scenario.run(`${WEEK} ${LATER} ${kept(scenario)}`);
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1').outcome).toBe('failed');
    expect(bytesOf(scenario)).toEqual(hashesOf(scenario).map((hash) => `${String(hash).slice(0, 2)}/${hash}.gz`));
    expect(entriesOf(scenario)).toHaveLength(3);
  });

  it('captures nothing when the archive cannot be written, and says so', async () => {
    const scenario = createScenario(CLEAN_DIR);
    writeFileSync(archiveOf(scenario), 'a file in its place');
    const ended = await scenario.start(`${WEEK} ${FIRST} ${kept(scenario)}`);
    expect(ended).toMatchObject({
      code: 2,
      stderr:
        `error: the archive ${archiveOf(scenario)} cannot be written: ENOTDIR\n` +
        'try: make room, let the user of this program write there, or name another folder with --archive-dir\n',
    });
    expect(readdirSync(scenario.dir)).toEqual(['archive', 'data']);
  });

  it('commits no capture whose bytes could not be put in their place', async () => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(`${WEEK} ${FIRST} --tiers OTC --only-stage ingest ${kept(scenario)}`);
    rmSync(join(archiveOf(scenario), 'bytes'), { recursive: true });
    writeFileSync(join(archiveOf(scenario), 'bytes'), 'a file in its place');
    const document = await scenario.run(`${WEEK} ${FIRST} --tiers T1 ${kept(scenario)}`);
    expect(document).toMatchObject({ exit_code: 2, error: { code: 'archive_not_writable' } });
    expect(query(scenario.db, 'SELECT tier FROM core_captures')).toEqual([{ tier: 'OTC' }]);
    expect(readdirSync(join(archiveOf(scenario), 'incoming'))).toEqual([]);
  });

  it.each<[string, (path: string) => void]>([
    ['flipped', flipBit],
    ['cut short', (path) => truncateSync(path, 40)],
    ['emptied', (path) => truncateSync(path, 0)],
    ['exchanged', (path) => writeFileSync(path, gzipSync('tampered'))],
  ])('mends bytes that were %s when --force takes them again from their source', async (_, damage) => {
    const scenario = await archived();
    const before = folderBytes(join(archiveOf(scenario), 'bytes'));
    for (const name of bytesOf(scenario)) damage(join(archiveOf(scenario), 'bytes', name));
    await scenario.run(`${WEEK} ${LATER} ${kept(scenario)} --force`);
    expect(folderBytes(join(archiveOf(scenario), 'bytes'))).toEqual(before);
    expect(await verified(scenario)).toMatchObject({ code: 0, stdout: expect.stringContaining('6 equal') });
    expect(readdirSync(join(archiveOf(scenario), 'incoming'))).toEqual([]);
  });

  it('warns of a capture whose bytes were damaged before it was accepted', async () => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(`${WEEK} ${FIRST} --tiers OTC --only-stage ingest ${kept(scenario)}`);
    for (const name of bytesOf(scenario)) truncateSync(join(archiveOf(scenario), 'bytes', name), 40);
    const { notices } = await scenario.run(`${WEEK} ${FIRST} --tiers OTC --only-stage normalize ${kept(scenario)}`);
    expect(notices.map(({ category }) => category)).toEqual(['NOT_ARCHIVED']);
    const again = await scenario.run(`${WEEK} ${FIRST} --tiers OTC --force ${kept(scenario)}`);
    expect(again.notices.filter(({ severity }) => severity === 'WARN')).toEqual([]);
    expect(await verified(scenario)).toMatchObject({ code: 0 });
  });

  it('warns of a capture that was ingested without it, since that cannot be replayed', async () => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(`${WEEK} ${FIRST} --tiers OTC --only-stage ingest`);
    const document = await scenario.run(`${WEEK} ${FIRST} --tiers OTC --only-stage normalize ${kept(scenario)}`);
    expect(document.exit_code).toBe(0);
    expect(document.notices).toEqual([
      {
        severity: 'WARN',
        category: 'NOT_ARCHIVED',
        week_ending: '2025-12-19',
        tier: 'OTC',
        message:
          'the archive lacks the bytes of finra.otc_transparency:OTC:2025-12-19:20260202, or holds them damaged: ' +
          'it cannot be replayed until --force takes it again from its source',
      },
    ]);
  });
});

describe('--source archive', () => {
  it('rebuilds a database from the archive alone, capture for capture', async () => {
    const lost = await archived();
    const scenario = createScenario();
    rmSync(scenario.dataDir, { recursive: true });
    const ended = await scenario.start(`${WEEK} ${FIRST} ${replayed(lost)} --json`);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(outcomesOf(JSON.parse(ended.stdout))).toEqual({
      '2025-12-19 NMS_TIER_1': 'ingest first_capture ingested',
      '2025-12-19 NMS_TIER_2': 'ingest first_capture ingested',
      '2025-12-19 OTC': 'ingest first_capture ingested',
    });
    expect(storedState(scenario.db)).toEqual(storedState(lost.db));
    const origins = 'SELECT capture_id, source, locator FROM core_captures ORDER BY 1';
    expect(query(scenario.db, origins)).toEqual(query(lost.db, origins));
  });

  it('replays what came from the API as what came from the API', async () => {
    const lost = await apiScenario();
    lost.standIn.publish(fixtureRows(CLEAN_DIR, [TIER_1]));
    const archive = join(lost.dir, 'archive');
    const line = `${WEEK} --tiers T1 ${FIRST} --archive-dir ${archive}`;
    expect(await lost.run(line)).toMatchObject({ exit_code: 0 });
    const scenario = createScenario();
    const document = await scenario.run(`${line} --source archive`);
    expect(document.totals).toMatchObject({ ingested: 1, anomalies: 0 });
    const origins = 'SELECT capture_id, source, locator, summary_types FROM core_captures';
    expect(query(scenario.db, origins)).toEqual(query(lost.db, origins));
    expect(query(scenario.db, origins)).toMatchObject([
      { source: 'api', locator: 'finra-api:weeklySummary:2025-12-15:T1' },
    ]);
    expect(storedState(scenario.db)).toEqual(storedState(lost.db));
  });

  it('leaves what it replayed unchanged, and the archive as it was', async () => {
    const scenario = await archived();
    const before = { archive: folderBytes(archiveOf(scenario)), state: storedState(scenario.db) };
    const document = await scenario.run(`${WEEK} ${LATER} ${replayed(scenario)}`);
    expect(document.totals).toMatchObject({ unchanged: 3, ingested: 0 });
    const forced = await scenario.run(`${WEEK} ${FIRST} ${replayed(scenario)} --force`);
    expect(forced.totals).toMatchObject({ ingested: 3 });
    expect({ archive: folderBytes(archiveOf(scenario)), state: storedState(scenario.db) }).toEqual(before);
  });

  it('replays what was so on a day', async () => {
    const lost = await archived();
    lost.revise(TIER_1);
    await lost.run(`${WEEK} ${LATER} ${kept(lost)}`);
    const scenario = createScenario();
    await scenario.run(`${WEEK} ${FIRST} ${replayed(lost)}`);
    const again = await scenario.run(`${WEEK} ${LATER} ${replayed(lost)}`);
    expect(partitionOf(again, '2025-12-19', 'NMS_TIER_1')).toMatchObject({ action: 'ingest', reason: 'revised' });
    expect(storedState(scenario.db)).toEqual(storedState(lost.db));
  });

  it('puts no older capture in the place of one that the archive lacks, unless it is forced to', async () => {
    const scenario = await archived();
    scenario.revise(TIER_1);
    await scenario.run(`${WEEK} ${LATER}`);
    const [revised] = [value(scenario.db, LATEST_HASH)];
    const document = await scenario.run(`${WEEK} ${LATER} ${replayed(scenario)}`);
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1')).toMatchObject({ action: 'skip', reason: 'source_gone' });
    expect(value(scenario.db, LATEST_HASH)).toBe(revised);
    await scenario.run(`${WEEK} ${LATER} ${replayed(scenario)} --force`);
    expect(value(scenario.db, LATEST_HASH)).not.toBe(revised);
  });

  it('fails the partition whose bytes are damaged or gone, and no other', async () => {
    const lost = await archived();
    const hashOf = (tier: string) => value(lost.db, 'SELECT content_hash FROM core_captures WHERE tier = ?', tier);
    const pathOf = (hash: unknown) => join(archiveOf(lost), 'bytes', String(hash).slice(0, 2), `${hash}.gz`);
    writeFileSync(pathOf(hashOf('NMS_TIER_1')), gzipSync('tampered'));
    rmSync(pathOf(hashOf('OTC')));
    const scenario = createScenario();
    const { code, stdout } = await scenario.start(`${WEEK} ${FIRST} ${replayed(lost)} --json`);
    const document = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1').error?.code).toBe('archive_bytes_damaged');
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_2').outcome).toBe('ingested');
    expect(partitionOf(document, '2025-12-19', 'OTC').error).toEqual({
      code: 'archive_bytes_missing',
      message: `the archive does not hold the bytes ${hashOf('OTC')}`,
      hint: 'restore that file from a copy of the archive, or take the partition again from its source with --force',
    });
    expect(query(scenario.db, 'SELECT tier FROM core_captures')).toEqual([{ tier: 'NMS_TIER_2' }]);
  });

  it('reports a due partition that the archive does not have', async () => {
    const scenario = await archived();
    const document = await scenario.run(`--weeks 2025-12-12 --tiers OTC ${FIRST} ${replayed(scenario)}`);
    expect(partitionOf(document, '2025-12-12', 'OTC')).toMatchObject({ action: 'fail', reason: 'source_missing' });
  });

  it.each([
    [[], 'error: --source archive: needs --archive-dir\ntry: name the archive, such as --archive-dir data/archive\n'],
    [
      ['--archive-dir', '/nowhere/archive'],
      'error: the archive /nowhere/archive does not exist\n' +
        'try: name the folder that earlier runs were given with --archive-dir\n',
    ],
  ])('needs an archive: %j', async (args, stderr) => {
    const scenario = createScenario();
    const ended = await run([...scenario.place, '--source', 'archive', ...args]);
    expect(ended).toMatchObject({ code: 2, stderr });
    expect(readdirSync(scenario.dir)).toEqual(['data']);
  });
});

const LATEST_HASH = `SELECT content_hash FROM core_captures
  WHERE tier = 'NMS_TIER_1' AND state = 'accepted' AND superseded_at IS NULL`;
