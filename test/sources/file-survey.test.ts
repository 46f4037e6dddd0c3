import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Partition, partitionKey } from '../../src/domain/partition.ts';
import type { FileSourceOptions } from '../../src/sources/file-source.ts';
import { checkDataDir } from '../../src/sources/file-source.ts';
import type { SourceSurvey } from '../../src/sources/source.ts';
import { newFolder, sourceOver } from './file-folder.ts';

const TIER_1: Partition = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' };
const TIER_2: Partition = { weekEnding: '2025-12-19', tier: 'NMS_TIER_2' };
const OTC: Partition = { weekEnding: '2025-12-26', tier: 'OTC' };
const WINDOW = [TIER_1, TIER_2, OTC];

describe('the survey of a data folder', () => {
  it('finds the files of the partitions asked for', async () => {
    const folder = folderWith('tier1_20251222.csv', 'NMS_Tier_2_week_2025-12-19.psv', 'otc_week_2025-12-26.txt');
    expect(found(await survey(folder))).toEqual({
      [partitionKey(TIER_1)]: { status: 'available', locator: join(folder, 'tier1_20251222.csv') },
      [partitionKey(TIER_2)]: { status: 'available', locator: join(folder, 'NMS_Tier_2_week_2025-12-19.psv') },
      [partitionKey(OTC)]: { status: 'available', locator: join(folder, 'otc_week_2025-12-26.txt') },
    });
  });

  it('says nothing of files for other weeks or tiers', async () => {
    const folder = folderWith('tier1_20251215.csv', 'tier1_20251215 (1).csv', 'tier2_20251222.csv');
    const { partitions, unmatched, movedDates } = await survey(folder, [TIER_1]);
    expect(partitions.size).toBe(0);
    expect(unmatched).toEqual([]);
    expect(movedDates).toEqual([]);
  });

  it('lists the files that belong to no partition, sorted, without folders and hidden names', async () => {
    const folder = folderWith('notes.txt', 'README', '.tier1_20251222.csv', '.DS_Store', 'tier2_20251222.csv.gz');
    mkdirSync(join(folder, 'archive'));
    const { partitions, unmatched } = await survey(folder);
    expect(unmatched).toEqual(['README', 'notes.txt', 'tier2_20251222.csv.gz']);
    expect(partitions.size).toBe(0);
  });

  it('looks at the top level only', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'archive'));
    writeFileSync(join(folder, 'archive', 'tier1_20251222.csv'), '');
    expect((await survey(folder)).partitions.size).toBe(0);
  });

  it('guesses at none of two files for one partition', async () => {
    const folder = folderWith('tier1_20251222.csv', 'nms_tier_1_week_2025-12-19.psv', 'tier2_20251219.csv');
    expect(found(await survey(folder))).toEqual({
      [partitionKey(TIER_1)]: {
        status: 'ambiguous',
        locators: [join(folder, 'nms_tier_1_week_2025-12-19.psv'), join(folder, 'tier1_20251222.csv')],
      },
      [partitionKey(TIER_2)]: { status: 'available', locator: join(folder, 'tier2_20251219.csv') },
    });
  });

  it('says each date that stood for another day once, and only for the partitions asked for', async () => {
    const folder = folderWith('tier1_20251222.csv', 'tier2_20251222.csv', 'otc_20251226.csv', 'otc_20251201.csv');
    expect((await survey(folder)).movedDates).toEqual([{ given: '2025-12-22', weekEnding: '2025-12-19' }]);
  });

  it('takes dates for days of publication when told so, and reports none as moved', async () => {
    const folder = folderWith('tier1_20260105.csv', 'finra_otc_weekly_otc_20260126.csv');
    const { partitions, movedDates } = await survey(folder, WINDOW, { fileDate: 'published' });
    expect([...partitions.keys()].sort()).toEqual([partitionKey(TIER_1), partitionKey(OTC)].sort());
    expect(movedDates).toEqual([]);
  });

  it('follows the links of a Kubernetes volume, and those only inside the folder', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, '..2025_12_22_10_00_00.1'));
    writeFileSync(join(folder, '..2025_12_22_10_00_00.1', 'tier1_20251222.csv'), '');
    symlinkSync('..2025_12_22_10_00_00.1', join(folder, '..data'));
    symlinkSync('..data/tier1_20251222.csv', join(folder, 'tier1_20251222.csv'));
    expect(found(await survey(folder))).toEqual({
      [partitionKey(TIER_1)]: { status: 'available', locator: join(folder, 'tier1_20251222.csv') },
    });
  });

  it('works through a link to the folder itself', async () => {
    const folder = folderWith('tier1_20251222.csv');
    const link = join(newFolder(), 'data');
    symlinkSync(folder, link);
    expect(found(await survey(link))).toEqual({
      [partitionKey(TIER_1)]: { status: 'available', locator: join(link, 'tier1_20251222.csv') },
    });
  });

  it.each<[string, string, (path: string) => void]>([
    ['a link out of the folder', 'it leads outside of the data folder', (path) => symlinkSync('/etc/passwd', path)],
    ['a link that leads nowhere', 'it is a link that leads nowhere', (path) => symlinkSync('gone.csv', path)],
    ['a link to itself', 'ELOOP', (path) => symlinkSync('tier1_20251222.csv', path)],
    ['a link to a folder', 'it is not a regular file', linkToFolder],
    ['a folder', 'it is not a regular file', (path) => mkdirSync(path)],
    ['a FIFO', 'it is not a regular file', (path) => execFileSync('mkfifo', [path])],
  ])('calls %s that is named like data unreadable', async (_, why, make) => {
    const folder = newFolder();
    const path = join(folder, 'tier1_20251222.csv');
    make(path);
    expect(found(await survey(folder))).toEqual({
      [partitionKey(TIER_1)]: { status: 'unreadable', locator: path, message: why },
    });
  });

  it('is not misled by a folder beside it whose name begins alike', async () => {
    const parent = newFolder();
    for (const name of ['data', 'data-old']) mkdirSync(join(parent, name));
    writeFileSync(join(parent, 'data-old', 'file.csv'), '');
    symlinkSync('../data-old/file.csv', join(parent, 'data', 'tier1_20251222.csv'));
    expect((await survey(join(parent, 'data'))).partitions.get(partitionKey(TIER_1))).toMatchObject({
      status: 'unreadable',
      message: 'it leads outside of the data folder',
    });
  });

  it('takes a folder beside a file of the same partition for no second file', async () => {
    const folder = folderWith('tier1_20251222.csv');
    mkdirSync(join(folder, 'tier1_20251222'));
    expect((await survey(folder)).partitions.get(partitionKey(TIER_1))?.status).toBe('available');
  });

  it('stops the run when the folder has gone', async () => {
    const folder = newFolder();
    rmSync(folder, { recursive: true });
    await expect(survey(folder)).rejects.toMatchObject({ name: 'FatalError', code: 'data_dir_missing' });
  });
});

describe('checkDataDir', () => {
  it('accepts a folder, empty or not', async () => {
    await expect(checkDataDir(newFolder())).resolves.toBeUndefined();
    await expect(checkDataDir(folderWith('tier1_20251222.csv'))).resolves.toBeUndefined();
  });

  it('names a folder that is missing', async () => {
    const missing = join(newFolder(), 'missing');
    await expect(checkDataDir(missing)).rejects.toMatchObject({
      name: 'FatalError',
      code: 'data_dir_missing',
      message: `the data folder ${missing} does not exist`,
    });
  });

  it('names a file that is given for the folder', async () => {
    const path = join(folderWith('tier1_20251222.csv'), 'tier1_20251222.csv');
    await expect(checkDataDir(path)).rejects.toMatchObject({
      name: 'FatalError',
      code: 'data_dir_not_a_directory',
      message: `${path} is not a folder`,
    });
  });
});

function folderWith(...names: string[]): string {
  const folder = newFolder();
  for (const name of names) writeFileSync(join(folder, name), '');
  return folder;
}

function survey(
  dataDir: string,
  partitions: readonly Partition[] = WINDOW,
  options: Partial<FileSourceOptions> = {},
): Promise<SourceSurvey> {
  return sourceOver(dataDir, options).survey(partitions);
}

function found({ partitions }: SourceSurvey): Record<string, unknown> {
  return Object.fromEntries(partitions);
}

function linkToFolder(path: string): void {
  mkdirSync(join(path, '..', 'archive'));
  symlinkSync('archive', path);
}
