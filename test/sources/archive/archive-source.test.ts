import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Partition, partitionKey } from '../../../src/domain/partition.ts';
import { archiveSource, checkArchive } from '../../../src/sources/archive/archive-source.ts';
import { entryPath } from '../../../src/sources/archive/layout.ts';
import { newFolder } from '../file-folder.ts';
import { anArchive, textOf } from './an-archive.ts';

const TIER_1: Partition = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' };
const OTC: Partition = { weekEnding: '2025-12-19', tier: 'OTC' };
const LOCATOR = 'archive:2025-12-19:NMS_TIER_1:2026-01-12';

async function found(dir: string, partition: Partition, runDate = '2026-06-01') {
  const survey = await archiveSource({ dir, runDate }).survey([partition]);
  return survey.partitions.get(partitionKey(partition));
}

describe('the survey of an archive', () => {
  it('names the capture of the newest run date, and what it replays', async () => {
    const archive = anArchive();
    await archive.capture({ runDate: '2026-01-12' });
    await archive.capture({ runDate: '2026-02-02', source: 'api', summaryTypes: 'ats,non-ats' });
    await archive.capture({ runDate: '2026-01-26' });
    expect(await found(archive.dir, TIER_1)).toEqual({
      status: 'available',
      locator: 'archive:2025-12-19:NMS_TIER_1:2026-02-02',
      summaryTypes: 'ats,non-ats',
      replays: { source: 'api', runDate: '2026-02-02' },
    });
  });

  it.each([
    ['2026-02-01', 'archive:2025-12-19:NMS_TIER_1:2026-01-12'],
    ['2026-01-12', 'archive:2025-12-19:NMS_TIER_1:2026-01-12'],
  ])('sees what had been captured by %s', async (runDate, locator) => {
    const archive = anArchive();
    await archive.capture({ runDate: '2026-01-12' });
    await archive.capture({ runDate: '2026-02-02' });
    expect(await found(archive.dir, TIER_1, runDate)).toMatchObject({ locator });
    expect(await found(archive.dir, TIER_1, '2026-01-11')).toBeUndefined();
  });

  it('says nothing of partitions that are not there', async () => {
    const archive = anArchive();
    await archive.capture({});
    expect(await found(archive.dir, OTC)).toBeUndefined();
    expect(await found(archive.dir, { ...TIER_1, weekEnding: '2025-12-12' })).toBeUndefined();
  });

  it('passes over files that are no entries', async () => {
    const archive = anArchive();
    await archive.capture({});
    for (const name of ['NMS_TIER_1.2026-99-99.json', 'NMS_TIER_9.2026-03-01.json', 'notes.txt', 'NMS_TIER_1.json']) {
      writeFileSync(join(archive.dir, 'captures', '2025-12-19', name), '{}');
    }
    expect(await found(archive.dir, TIER_1)).toMatchObject({ locator: LOCATOR });
  });

  it.each([
    ['no JSON', () => 'half a docu'],
    ['no object', () => 'null'],
    ['another capture', (text: string) => text.replace('NMS_TIER_1:2025', 'NMS_TIER_2:2025')],
    ['an unknown source', (text: string) => text.replace('"file"', '"carrier pigeon"')],
    [
      'a hash that leads elsewhere',
      (text: string) => text.replace(/"content_hash": "[^"]+"/, '"content_hash": "../../etc"'),
    ],
    ['no locator', (text: string) => text.replace('"locator"', '"place"')],
  ])('refuses an entry that holds %s, and does not fall back to an older one', async (_, damage) => {
    const archive = anArchive();
    await archive.capture({ runDate: '2026-01-05' });
    const entry = await archive.capture({});
    const path = entryPath(archive.dir, entry);
    const text = JSON.stringify(
      {
        capture_id: 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260112',
        source: 'file',
        locator: '/data/x.csv',
        summary_types: 'ats',
        content_hash: entry.contentHash,
        byte_count: 9,
      },
      null,
      2,
    );
    writeFileSync(path, text);
    expect(await found(archive.dir, TIER_1)).toMatchObject({ status: 'available' });
    writeFileSync(path, damage(text));
    expect(await found(archive.dir, TIER_1)).toEqual({
      status: 'unreadable',
      locator: path,
      message: `${path} is not what the archive wrote`,
      hint: 'restore it from a copy of the archive, or move it away: the entry before it then counts',
      transient: false,
    });
  });

  it('reports a week whose entries cannot be listed, for that week alone', async () => {
    const archive = anArchive();
    await archive.capture({});
    writeFileSync(join(archive.dir, 'captures', '2025-12-12'), 'no folder');
    const lost = { ...TIER_1, weekEnding: '2025-12-12' };
    const { partitions } = await archiveSource({ dir: archive.dir, runDate: '2026-06-01' }).survey([TIER_1, lost]);
    expect(partitions.get(partitionKey(lost))).toMatchObject({ status: 'unreadable' });
    expect(partitions.get(partitionKey(TIER_1))).toMatchObject({ status: 'available' });
  });
});

describe('a replay', () => {
  it('yields the bytes, and where they came from', async () => {
    const archive = anArchive();
    await archive.capture({ source: 'api', locator: 'finra-api:weeklySummary:2025-12-15:T1' }, 'the rows');
    const source = archiveSource({ dir: archive.dir, runDate: '2026-06-01' });
    expect(await textOf(source.open(LOCATOR))).toBe('the rows');
    expect(await source.origin(LOCATOR)).toEqual({ source: 'api', locator: 'finra-api:weeklySummary:2025-12-15:T1' });
  });

  it('of an entry that has gone since the survey fails', async () => {
    const archive = anArchive();
    const entry = await archive.capture({});
    rmSync(entryPath(archive.dir, entry));
    const source = archiveSource({ dir: archive.dir, runDate: '2026-06-01' });
    await expect(textOf(source.open(LOCATOR))).rejects.toMatchObject({ code: 'archive_read_failed' });
  });

  it.each([
    '',
    'archive:2025-12-19:NMS_TIER_1',
    'archive:2025-12-20:OTC:2026-01-12',
    'archive:2025-12-19:../x:2026-01-12',
  ])('of the locator %j, which no survey names, is a bug', async (locator) => {
    const source = archiveSource({ dir: anArchive().dir, runDate: '2026-06-01' });
    await expect(source.origin(locator)).rejects.toThrow(`not a locator of the archive: ${locator}`);
  });
});

describe('the folder of an archive', () => {
  it('is accepted when it can be listed', async () => {
    await expect(checkArchive(newFolder())).resolves.toBeUndefined();
  });

  it.each<[string, (dir: string) => void, string]>([
    ['is missing', () => {}, 'archive_dir_missing'],
    ['is a file', (dir) => writeFileSync(dir, ''), 'archive_dir_not_a_directory'],
  ])('is refused when it %s', async (_, make, code) => {
    const parent = newFolder();
    mkdirSync(parent, { recursive: true });
    const dir = join(parent, 'archive');
    make(dir);
    await expect(checkArchive(dir)).rejects.toMatchObject({
      name: 'FatalError',
      code,
      message: expect.stringContaining(dir),
      hint: expect.stringContaining('--archive-dir'),
    });
  });
});
