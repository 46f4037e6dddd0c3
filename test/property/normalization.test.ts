import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Partition } from '../../src/domain/partition.ts';
import { encodeCsv, encodeOfficial } from '../generator/encode.ts';
import { query } from '../harness/database.ts';
import { createScenario } from '../harness/scenario.ts';
import { allPartitions, WINDOW, writeFolder } from './arbitrary-folder.ts';
import { messyRows } from './arbitrary-rows.ts';
import { outcomeOf } from './normalize-model.ts';

/** What the store holds of a partition, in the words of the model. */
function storedOutcome(db: string, { weekEnding, tier }: Partition) {
  const rows = (view: string) =>
    query(db, `SELECT * FROM ${view} WHERE week_ending = ? AND tier = ?`, weekEnding, tier);
  return {
    rejects: rows('(SELECT * FROM core_rejects ORDER BY line_number)').map(
      (row) => `${row.line_number} ${row.reject_code}`,
    ),
    normalized: rows('finra_otc_transparency_normalized')
      .map((row) => `${row.symbol}|${row.issue_name}|${row.mpid} ${row.total_shares} ${row.total_trades}`)
      .sort(),
    raw: rows('finra_otc_transparency_raw').length,
  };
}

describe('any file', () => {
  it.each([
    ["in FINRA's own form", encodeOfficial],
    ['in ordinary CSV', encodeCsv],
  ])('%s is read row by row as the rules say, and no row is lost', async (_, encode) => {
    await fc.assert(
      fc.asyncProperty(allPartitions(messyRows), async (folder) => {
        const scenario = createScenario();
        writeFolder(scenario, folder, encode);
        await scenario.run(`${WINDOW} --run-date 2026-02-02 --max-reject-share 100`);
        for (const { partition, rows } of folder) {
          const { raw, ...stored } = storedOutcome(scenario.db, partition);
          expect(stored).toEqual(outcomeOf(rows, partition.tier));
          expect(raw).toBe(rows.length);
          expect(raw).toBe(stored.normalized.length + stored.rejects.length);
        }
      }),
      { numRuns: 10 },
    );
  });
});
