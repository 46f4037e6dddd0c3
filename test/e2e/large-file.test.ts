import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { OFFICIAL } from '../finra/reading.ts';
import { staged } from '../harness/at-step.ts';
import { run } from '../harness/command.ts';
import { isIntact, query, value } from '../harness/database.ts';
import { createWorkspace, type Workspace } from '../harness/workspace.ts';

const GOOD_ROWS = 250_000;
/** Of the transactions of such a run, the one that normalizes. */
const NORMALIZING = 7;
const row = (symbol: string, shares = 1) => `NMS Tier 1|${symbol}|Name|Venue|VNUE|${shares}|1|2026-01-05\n`;

/** Several times as large as FINRA's largest: symbols S0, S1, ... between `first` and `last`. */
async function largeFile(first = '', last = ''): Promise<Workspace> {
  const workspace = createWorkspace();
  function* pieces() {
    yield `${OFFICIAL}\n${first}`;
    for (let from = 0; from < GOOD_ROWS; from += 1000) {
      yield Array.from({ length: 1000 }, (_, index) => row(`S${from + index}`)).join('');
    }
    yield last;
  }
  await pipeline(pieces, createWriteStream(join(workspace.dataDir, 'tier1_20251222.csv')));
  return workspace;
}

function argsOf({ dataDir, db }: Workspace): string[] {
  const window = ['--weeks', '2025-12-19', '--tiers', 'T1', '--run-date', '2026-02-02'];
  return [...window, '--data-dir', dataDir, '--db', db, '--quiet'];
}

describe('a file far larger than any of FINRA', () => {
  it('is judged by the same rules, also where rows that belong together stand far apart', async () => {
    const first = [row('TWICE', 7), row('TORN', 1), 'cut\n', row('ONCE')].join('');
    const last = [row('TORN', 2), row('TWICE', 7), row('S0'), row('LAST'), row('NONE', -1)].join('');
    const workspace = await largeFile(first, last);
    expect((await run(argsOf(workspace))).code).toBe(0);

    const end = GOOD_ROWS + 5;
    expect(query(workspace.db, 'SELECT line_number, reject_code FROM core_rejects ORDER BY line_number')).toEqual(
      [
        [3, 'CONFLICTING_DUPLICATE'],
        [4, 'MALFORMED_ROW'],
        [end + 1, 'CONFLICTING_DUPLICATE'],
        [end + 2, 'DUPLICATE_ROW'],
        [end + 3, 'DUPLICATE_ROW'],
        [end + 5, 'NEGATIVE_VALUE'],
      ].map(([line, code]) => ({ line_number: BigInt(line ?? 0), reject_code: code })),
    );
    const sums = 'SELECT count(*) AS rows, sum(total_shares) AS shares FROM finra_otc_transparency_normalized_latest';
    expect(query(workspace.db, sums)).toEqual([{ rows: BigInt(GOOD_ROWS + 3), shares: BigInt(GOOD_ROWS + 9) }]);
  });

  it('lets a signal in before it is normalized as a whole', async () => {
    const workspace = await largeFile();
    const ended = await run(argsOf(workspace), {
      env: staged({ of: 'begin immediate', step: NORMALIZING, signal: 'SIGTERM' }),
    });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('error: interrupted by SIGTERM') });
    expect(isIntact(workspace.db)).toBe(true);
    expect(value(workspace.db, 'SELECT state FROM core_captures')).toBe('staged');
    expect(query(workspace.db, "SELECT state FROM core_work_items WHERE pipeline = 'normalize_week'")).toEqual([
      { state: 'PENDING' },
    ]);
    expect((await run(argsOf(workspace))).code).toBe(0);
  });
});
