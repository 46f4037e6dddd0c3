import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type CalendarDate, plusDays } from '../../src/domain/calendar-date.ts';
import type { Partition } from '../../src/domain/partition.ts';
import { TIERS, type Tier } from '../../src/domain/tier.ts';
import { lookbackWeeks, type WeekEnding } from '../../src/domain/week.ts';
import { datedFileName } from '../generator/fixture-paths.ts';
import { createMarket } from '../generator/market.ts';
import { generateWeek } from '../generator/week.ts';

/** How large a market is, and how many rows each tier of a week has. */
export interface Size {
  readonly listings: Readonly<Record<Tier, number>>;
  readonly rows: Readonly<Record<Tier, number>>;
}

/** The files of so many weeks, three tiers each, and what is known of them. */
export interface Weeks {
  readonly count: number;
  /** Newest first. */
  readonly partitions: readonly Partition[];
  readonly rows: number;
  readonly dataDir: string;
  /** The same files, but for the one of `REVISED`, in which every figure differs. */
  readonly revisedDir: string;
  readonly revisedRows: number;
}

/** About what FINRA publishes of ATS trading a week. */
export const FULL_SIZE: Size = {
  listings: { NMS_TIER_1: 1400, NMS_TIER_2: 9000, OTC: 3600 },
  rows: { NMS_TIER_1: 14_000, NMS_TIER_2: 30_000, OTC: 5200 },
};

const NEWEST_WEEK: WeekEnding = '2025-11-28';

/** A day by which every week up to the newest is published. */
export const FIRST_RUN_DATE: CalendarDate = '2026-01-05';

/** The partition that the revised folder restates: of the three tiers the one of middling size. */
export const REVISED: Partition = { weekEnding: NEWEST_WEEK, tier: 'NMS_TIER_1' };

const SEED = 7;
const YEAR = 52;
const REVISED_ACTIVITY = 1.01;

/**
 * Writes the files of `count` weeks below `dir`, one at a time, and returns where they are. Files that are there
 * already are kept, so that folders of several counts, and later benchmarks, share them.
 */
export function writeWeeks(dir: string, count: number, size: Size): Weeks {
  const weekEndings = lookbackWeeks(NEWEST_WEEK, count);
  const partitions = weekEndings.flatMap((weekEnding) => TIERS.map((tier) => ({ weekEnding, tier })));
  // The same market whatever the count, so that a week's file is the same in all of them.
  const from = lookbackWeeks(NEWEST_WEEK, YEAR).at(-1) ?? NEWEST_WEEK;
  const market = createMarket({ seed: SEED, listings: size.listings, from, to: NEWEST_WEEK });
  const write = (path: string, { weekEnding, tier }: Partition, activity: number): void => {
    if (!existsSync(path))
      writeDurably(path, generateWeek({ market, weekEnding, tier, rows: size.rows[tier], activity }));
  };
  const pool = join(dir, 'files');
  mkdirSync(pool, { recursive: true });
  for (const partition of partitions) write(filePath(pool, partition), partition, 1);
  const revised = join(dir, 'revised.csv');
  write(revised, REVISED, REVISED_ACTIVITY);

  const [dataDir, revisedDir] = [join(dir, `weeks-${count}`), join(dir, `weeks-${count}-revised`)];
  for (const folder of [dataDir, revisedDir]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const partition of partitions) linkSync(filePath(pool, partition), filePath(folder, partition));
  }
  rmSync(filePath(revisedDir, REVISED));
  linkSync(revised, filePath(revisedDir, REVISED));

  const rows = partitions.reduce((sum, { tier }) => sum + size.rows[tier], 0);
  return { count, partitions, rows, dataDir, revisedDir, revisedRows: size.rows[REVISED.tier] };
}

/** Where a folder has a partition's file. */
export function filePath(folder: string, { weekEnding, tier }: Partition): string {
  return join(folder, datedFileName(tier, plusDays(weekEnding, 3).replaceAll('-', '')));
}

// What is left to the disk would be written while the first command is measured.
function writeDurably(path: string, text: string): void {
  const unfinished = `${path}.unfinished`;
  const file = openSync(unfinished, 'w');
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(unfinished, path);
}
