import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import type { Source } from '../../src/sources/source.ts';
import { chunksOf, OFFICIAL, textOf } from '../finra/reading.ts';
import { CLEAN_DIR, fixtureFileName } from '../generator/fixture-paths.ts';
import { query, value } from '../harness/database.ts';
import type { Doubles } from '../harness/schedule.ts';
import { leftovers, NOTHING_LEFT, storedState } from '../harness/stored-state.ts';
import { createStage, outcomes, undisturbed, WEEK } from './stage.ts';

const OTC = fixtureFileName({ weekEnding: WEEK, tier: 'OTC' });

describe('a data folder that changes during the run', () => {
  it('and gains a file after it was looked at: the next run takes it', async () => {
    const stage = createStage();
    rmSync(join(stage.dataDir, OTC));
    const report = await stage.run([], {
      source: afterSurvey(() => copyFileSync(join(CLEAN_DIR, OTC), join(stage.dataDir, OTC))),
    });
    expect(outcomes(report)).toEqual(['ingested', 'ingested', 'failed']);
    expect(outcomes(await stage.run([]))).toEqual(['unchanged', 'unchanged', 'ingested']);
    expect(storedState(stage.db)).toEqual(await undisturbed());
  });

  it('and loses a file before it was read: it is waited for', async () => {
    const stage = createStage();
    const report = await stage.run([], { source: afterSurvey(() => rmSync(join(stage.dataDir, OTC))) });
    expect(outcomes(report)).toEqual(['ingested', 'ingested', 'retry_wait']);
    expect(report.partitions[2]?.error).toMatchObject({ code: 'file_vanished' });
    expect(leftovers(stage.db)).toEqual(NOTHING_LEFT);
    copyFileSync(join(CLEAN_DIR, OTC), join(stage.dataDir, OTC));
    expect(outcomes(await stage.run([]))).toEqual(['unchanged', 'unchanged', 'ingested']);
    expect(storedState(stage.db)).toEqual(await undisturbed());
  });

  it('and goes away itself ends the run with 2, on record', async () => {
    const stage = createStage();
    const source = (files: Source): Source => ({
      ...files,
      survey(partitions) {
        rmSync(stage.dataDir, { recursive: true });
        return files.survey(partitions);
      },
    });
    const report = await stage.run([], { source });
    expect(exitCode(report)).toBe(2);
    expect(report.error).toMatchObject({ code: 'data_dir_missing' });
    expect(query(stage.db, 'SELECT status, exit_code FROM core_scheduler_runs')).toEqual([
      { status: 'critical', exit_code: 2n },
    ]);
  });
});

describe('a file that is written to while it is read', () => {
  it('leaves nothing behind, and is taken as it is when it rests', async () => {
    const stage = createStage();
    const path = join(stage.dataDir, OTC);
    let writes = 0;
    const source = (files: Source): Source => ({
      ...files,
      async *open(locator) {
        for await (const chunk of files.open(locator)) {
          yield chunk;
          if (locator === path && writes++ < 1) appendFileSync(path, 'OTC|ZZZZ|Late Co|VENUE|VENU|10|1|2026-01-19\n');
        }
      },
    });
    const report = await stage.run(['--max-wait', '5m'], { source });
    expect(outcomes(report)).toEqual(['ingested', 'ingested', 'ingested']);
    expect(stage.hours.naps).toHaveLength(1);
    expect(query(stage.db, `SELECT outcome, error FROM core_executions WHERE outcome <> 'complete'`)).toEqual([
      { outcome: 'retry_wait', error: `${OTC} changed while it was read` },
    ]);
    expect(value(stage.db, `SELECT content_hash FROM core_captures WHERE tier = 'OTC'`)).toBe(
      hashOf(readFileSync(path)),
    );
    expect(value(stage.db, `SELECT count(*) FROM core_captures WHERE tier = 'OTC'`)).toBe(1n);
  });

  it('is stored under the hash of the very bytes that became its rows, whatever was hashed before', async () => {
    const stage = createStage();
    const row = (shares: number, n: number) => `OTC|S${n}|Some Co|VENUE|VENU|${shares}|1|2026-01-19`;
    const content = fc
      .array(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 40 })
      .map((shares) => textOf(OFFICIAL, ...shares.map(row)));
    const readings = fc.array(content, { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(readings, fc.integer({ min: 1, max: 200 }), async (contents, chunkBytes) => {
        // Each reading finds another content: the ingest of a first run, the plan and the ingest of a second one.
        let reading = 0;
        const open = () => chunksOf(contents[reading++ % contents.length] ?? '', chunkBytes);
        for (let run = 0; run < 2; run++) {
          const args = ['--tiers', 'OTC', '--only-stage', 'ingest'];
          expect(exitCode(await stage.run(args, { source: (files) => ({ ...files, open }) }))).toBe(0);
          const rows = query(stage.db, 'SELECT total_shares FROM finra_otc_transparency_raw ORDER BY line_number');
          const parsed = textOf(OFFICIAL, ...rows.map(({ total_shares }, n) => row(Number(total_shares), n)));
          expect(value(stage.db, 'SELECT content_hash FROM core_captures')).toBe(hashOf(parsed));
        }
      }),
      { numRuns: 15 },
    );
  });
});

function afterSurvey(change: () => void): NonNullable<Doubles['source']> {
  return (files) => ({
    ...files,
    async survey(partitions) {
      const found = await files.survey(partitions);
      change();
      return found;
    },
  });
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
