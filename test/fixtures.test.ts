import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Partition } from '../src/domain/partition.ts';
import { TIERS } from '../src/domain/tier.ts';
import { OFFICIAL_HEADER } from '../src/finra/columns.ts';
import {
  BROKEN_KINDS,
  brokenDir,
  CLEAN_DIR,
  CLEAN_PARTITIONS,
  FIXTURE_FOLDERS,
  FIXTURE_RUN_DATE,
  FIXTURE_WEEKS,
  FIXTURES,
  type Form,
  fixtureFileName,
  formDir,
  HOLIDAY_WEEK,
  REJECT_KINDS,
  REVISED_DIR,
  REVISED_PARTITIONS,
  SAME_ROWS_FORMS,
  SMALL_PARTITION,
} from './generator/fixture-paths.ts';
import { MOVED_UP, ODD_NAMES, REASSIGNED } from './generator/notable-listings.ts';
import { rejectFile } from './generator/reject-files.ts';
import { revisionOf } from './generator/revised-files.ts';
import { publicationDay, TIER_DESCRIPTIONS } from './generator/week.ts';

const WRITE_FIXTURES = fileURLToPath(new URL('generator/write-fixtures.ts', import.meta.url));

interface Figures {
  readonly rows: number;
  readonly shares: number;
  readonly venues: number;
}

describe('the committed fixtures', () => {
  let copy: string;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'fixtures-'));
    const env = { ...process.env, TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' };
    await promisify(execFile)(process.execPath, ['--import', 'tsx', WRITE_FIXTURES, copy], { env });
  });

  afterAll(() => rm(copy, { recursive: true }));

  it('are byte for byte what the generator writes, in another time zone and locale too', async () => {
    const names = await generatedNames(copy);
    expect(await generatedNames(FIXTURES)).toEqual(names);
    for (const name of names) {
      const same = (await readFile(join(FIXTURES, name))).equals(await readFile(join(copy, name)));
      expect(same, `${name} is as generated (npm run fixtures)`).toBe(true);
    }
  });

  it('take about 1 MB', async () => {
    let bytes = 0;
    for (const name of await generatedNames(FIXTURES)) bytes += (await readFile(join(FIXTURES, name))).length;
    expect(bytes).toBeGreaterThan(500_000);
    expect(bytes).toBeLessThan(1_500_000);
  });
});

describe('the clean weeks', () => {
  it('are eight, with one file for each tier', async () => {
    expect(FIXTURE_WEEKS).toHaveLength(8);
    expect(await readdir(CLEAN_DIR)).toEqual(CLEAN_PARTITIONS.map(fixtureFileName).sort());
  });

  it('are all published on the day that tests run them', () => {
    const days = CLEAN_PARTITIONS.map(({ weekEnding, tier }) => publicationDay(weekEnding, tier));
    expect(days.sort().at(-1)).toBe(FIXTURE_RUN_DATE);
  });

  it.each(CLEAN_PARTITIONS)('hold only good rows: $tier of $weekEnding', async (partition) => {
    const rows = await cleanRows(partition);
    const keys = new Set(rows.map((row) => `${row[1]}|${row[2]}|${row[4]}`));
    expect(keys.size).toBe(rows.length);
    for (const [tier, symbol, name, venue, mpid, shares, trades, updated] of rows) {
      expect(tier).toBe(TIER_DESCRIPTIONS[partition.tier]);
      expect([symbol, name, venue, mpid].every((text) => text !== '' && text?.trim() === text)).toBe(true);
      expect([shares, trades].every((text) => /^[1-9]\d*$/.test(text ?? ''))).toBe(true);
      expect(Number(trades)).toBeLessThanOrEqual(Number(shares));
      expect(updated).toBe(publicationDay(partition.weekEnding, partition.tier));
    }
  });

  it.each(TIERS)('differ by less than half from week to week: %s', async (tier) => {
    const figures = await Promise.all(FIXTURE_WEEKS.map((weekEnding) => cleanFigures({ weekEnding, tier })));
    for (const [index, week] of figures.slice(1).entries()) {
      for (const name of ['rows', 'shares', 'venues'] as const) {
        const ratio = (figures[index] as Figures)[name] / week[name];
        expect(ratio).toBeGreaterThan(0.55);
        expect(ratio).toBeLessThan(1.8);
      }
    }
  });

  it.each(TIERS)('have a quiet holiday week: %s', async (tier) => {
    const [holiday, before] = await Promise.all(
      [HOLIDAY_WEEK, '2025-12-19'].map((weekEnding) => cleanFigures({ weekEnding, tier })),
    );
    expect((holiday as Figures).rows).toBeLessThan((before as Figures).rows * 0.75);
    expect((holiday as Figures).shares).toBeLessThan((before as Figures).shares * 0.75);
  });

  it.each(Object.values(ODD_NAMES))('have the issue name $name in every week', async ({ tier, symbol, name }) => {
    for (const weekEnding of FIXTURE_WEEKS) expect(await issueNames({ weekEnding, tier }, symbol)).toEqual([name]);
  });

  it('have a ticker with two issues in the week it was reassigned, and with one in others', async () => {
    const { tier, symbol, weekEnding, names } = REASSIGNED;
    expect(await issueNames({ weekEnding, tier }, symbol)).toEqual(names);
    expect(await issueNames({ weekEnding: '2025-12-05', tier }, symbol)).toEqual([names[0]]);
    expect(await issueNames({ weekEnding: '2025-12-19', tier }, symbol)).toEqual([names[1]]);
  });

  it.each(MOVED_UP)(
    'have $symbol in two tiers in the week it moved up',
    async ({ symbol, name, from, to, weekEnding }) => {
      expect(await issueNames({ weekEnding, tier: from }, symbol)).toEqual([name]);
      expect(await issueNames({ weekEnding, tier: to }, symbol)).toEqual([name]);
    },
  );

  it.each([
    ['NMS_TIER_1', 'CBR.B'],
    ['NMS_TIER_2', 'HPT.PRA'],
    ['NMS_TIER_2', 'SKV.WS'],
    ['OTC', 'NDKPY'],
    ['OTC', 'KLDVF'],
  ] as const)('have the suffixed %s symbol %s in every week', async (tier, symbol) => {
    for (const weekEnding of FIXTURE_WEEKS) expect(await issueNames({ weekEnding, tier }, symbol)).toHaveLength(1);
  });
});

describe('the revised partitions', () => {
  it.each(REVISED_PARTITIONS)('change, add and drop rows of $tier of $weekEnding', async (partition) => {
    const before = new Set((await cleanRows(partition)).map((row) => row.join('|')));
    const after = await rowsOf(join(REVISED_DIR, fixtureFileName(partition)));
    const { dropped, added, changed } = revisionOf(partition);
    const published = publicationDay(partition.weekEnding, partition.tier);
    const moved = after.filter((row) => !before.has(row.join('|')));
    expect(moved).toHaveLength(changed.length + 1);
    expect(changed.length).toBeGreaterThan(5);
    expect(moved.every((row) => (row[7] ?? '') > published)).toBe(true);
    expect(moved.map((row) => `${row[1]}|${row[4]}`)).toContain(`${added.issueSymbolIdentifier}|${added.MPID}`);
    expect(await issueNames(partition, dropped)).toHaveLength(1);
    expect(after.some((row) => row[1] === dropped)).toBe(false);
  });
});

describe('the broken files and the forms', () => {
  it.each(BROKEN_KINDS)('hold a file for the one partition: %s', async (kind) => {
    const names = await readdir(brokenDir(kind));
    expect(names).toContain(fixtureFileName(SMALL_PARTITION));
    expect(names).toHaveLength(kind === 'two_files' ? 2 : 1);
  });

  it.each(REJECT_KINDS)('spoil two of sixty rows: %s', async (kind) => {
    const good = (await rowsOf(join(formDir('official'), fixtureFileName(SMALL_PARTITION)))).map((row) =>
      row.join('|'),
    );
    const { rejectedLines } = rejectFile(kind);
    const lines = (await readFile(join(brokenDir(kind), fixtureFileName(SMALL_PARTITION)), 'utf8'))
      .trimEnd()
      .split('\n');
    const kept = lines.slice(1).filter((_, index) => !rejectedLines.includes(index + 2));
    expect(rejectedLines).toHaveLength(2);
    expect(rejectedLines.length / (lines.length - 1)).toBeLessThan(0.05);
    expect(kept.length).toBeGreaterThanOrEqual(58);
    expect(kept).toEqual(good.filter((line) => kept.includes(line)));
    expect(new Set(kept).size).toBe(kept.length);
  });

  it.each([
    ['shrunk', { rows: 'less', shares: 'kept', venues: 'kept' }],
    ['shrunk_shares', { rows: 'kept', shares: 'less', venues: 'kept' }],
    ['shrunk_venues', { rows: 'kept', shares: 'kept', venues: 'less' }],
  ] as const)('shrink by more than half in one measure alone: %s', async (kind, expected) => {
    const before = await cleanFigures(SMALL_PARTITION);
    const after = figuresOf(await rowsOf(join(brokenDir(kind), fixtureFileName(SMALL_PARTITION))));
    const fate = (name: keyof Figures): string => (after[name] < before[name] / 2 ? 'less' : 'kept');
    expect({ rows: fate('rows'), shares: fate('shares'), venues: fate('venues') }).toEqual(expected);
  });

  it.each(SAME_ROWS_FORMS)('hold the rows of the official form: %s', async (form) => {
    expect(await recordsOf(form)).toEqual(await recordsOf('official'));
  });
});

async function generatedNames(root: string): Promise<string[]> {
  const lists = await Promise.all(
    FIXTURE_FOLDERS.map(async (folder) => {
      const entries = await readdir(join(root, folder), { recursive: true });
      return entries.filter((entry) => extname(entry) !== '').map((entry) => join(folder, entry));
    }),
  );
  return lists.flat().sort();
}

async function rowsOf(path: string): Promise<string[][]> {
  const [header, ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(header).toBe(OFFICIAL_HEADER.join('|'));
  return lines.map((line) => line.split('|'));
}

/** A form's rows in the official order of columns, read by another parser than the generator's own writer. */
async function recordsOf(form: Form): Promise<(string | undefined)[][]> {
  const text = await readFile(join(formDir(form), fixtureFileName(SMALL_PARTITION)), 'utf8');
  const piped = text.includes('|');
  const records = parse(text, {
    bom: true,
    columns: true,
    delimiter: piped ? '|' : ',',
    quote: piped ? null : '"',
    skip_empty_lines: true,
  }) as Record<string, string>[];
  return records.map((record) => OFFICIAL_HEADER.map((column) => record[column]));
}

function cleanRows(partition: Partition): Promise<string[][]> {
  return rowsOf(join(CLEAN_DIR, fixtureFileName(partition)));
}

async function cleanFigures(partition: Partition): Promise<Figures> {
  return figuresOf(await cleanRows(partition));
}

function figuresOf(rows: readonly string[][]): Figures {
  return {
    rows: rows.length,
    shares: rows.reduce((sum, row) => sum + Number(row[5]), 0),
    venues: new Set(rows.map((row) => row[4])).size,
  };
}

/** The issue names a symbol has in a clean partition, in the file's order. */
async function issueNames(partition: Partition, symbol: string): Promise<string[]> {
  const rows = await cleanRows(partition);
  return [...new Set(rows.filter((row) => row[1] === symbol).map((row) => row[2] ?? ''))];
}
