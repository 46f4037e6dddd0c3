import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import type { Source } from '../../src/sources/source.ts';
import { chunksOf } from '../finra/reading.ts';
import { FIXTURE_RUN_DATE, formDir, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { isIntact, query } from '../harness/database.ts';
import { runScheduled, standingTime } from '../harness/schedule.ts';
import { leftovers, NOTHING_LEFT } from '../harness/stored-state.ts';
import { cases } from './cases.ts';
import { damagedFile } from './mutations.ts';

const HOUR = 3_600_000;

// In memory where there is such a place: thousands of databases are made, and no crash is to be survived here.
const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'spine-fuzz-'));
const empty = join(dir, 'empty.db');

beforeAll(async () => {
  await run(empty, (files) => ({
    ...files,
    survey: async () => ({ partitions: new Map(), unmatched: [], movedDates: [] }),
  }));
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

it(
  'takes any damaged file in as rows and rejects, or fails its partition clearly; never the run',
  async () => {
    await fc.assert(
      fc.asyncProperty(damagedFile, async (content) => {
        const db = join(dir, 'case.db');
        copyFileSync(empty, db);
        const report = await run(db, (files) => ({ ...files, open: () => chunksOf(content, 4_096) }));

        expect(report.error).toBe(null);
        const [partition, ...others] = report.partitions;
        if (partition === undefined || others.length > 0) throw new Error('one partition was planned');
        expect(isIntact(db)).toBe(true);
        expect(leftovers(db)).toEqual(NOTHING_LEFT);
        const [stored] = query(db, CAPTURE);
        const isRead = partition.stages[0]?.status === 'complete';
        if (partition.outcome === 'ingested') {
          expect(exitCode(report)).toBe(0);
          expect(stored).toMatchObject({ state: 'accepted', raw: BigInt(partition.rows ?? -1) });
          expect(Number(stored?.normalized) + Number(stored?.rejects)).toBe(partition.rows);
        } else {
          expect(partition.outcome).toBe('failed');
          expect(exitCode(report)).toBe(1);
          expect(partition.error).toMatchObject({
            code: expect.stringMatching(/^[a-z0-9_]+$/),
            hint: expect.stringMatching(/./),
          });
          expect(stored?.state).toEqual(isRead ? expect.stringMatching(/^(rejected|staged)$/) : undefined);
          expect(stored?.normalized ?? 0n).toBe(0n);
        }
      }),
      cases(200),
    );
  },
  HOUR,
);

const CAPTURE = `SELECT state,
    (SELECT count(*) FROM finra_otc_transparency_raw) AS raw,
    (SELECT count(*) FROM finra_otc_transparency_normalized) AS normalized,
    (SELECT count(*) FROM core_rejects) AS rejects
  FROM core_captures`;

function run(db: string, source: (files: Source) => Source) {
  const { weekEnding } = SMALL_PARTITION;
  const window = ['--weeks', weekEnding, '--tiers', 'NMS_TIER_1', '--run-date', FIXTURE_RUN_DATE];
  return runScheduled([...window, '--data-dir', formDir('official'), '--db', db], standingTime(), { source });
}
