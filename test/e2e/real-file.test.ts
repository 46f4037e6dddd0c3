import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { query, value } from '../harness/database.ts';
import { hasRealFile, REAL_FILE, REAL_FILE_NOTE } from '../harness/real-file.ts';
import { partitionOf, type RunDocument } from '../harness/run-document.ts';
import { createScenario } from '../harness/scenario.ts';

const FROM_REAL = `--tiers OTC --data-dir ${dirname(REAL_FILE)} --json`;

/** What adding up the file's lines gives, without any of the program's code. */
function addedUp() {
  const lines = readFileSync(REAL_FILE, 'latin1').trimEnd().split('\n').slice(1);
  const rows = lines.map((line) => line.split('|').slice(-4));
  const shares = new Map<string, bigint>();
  for (const [mpid = '', amount = ''] of rows) shares.set(mpid, (shares.get(mpid) ?? 0n) + BigInt(amount));
  const issues = new Set(lines.map((line) => line.split('|').slice(1, 3).join('|')));
  return { rows: lines.length, shares: Object.fromEntries([...shares].sort()), issues: issues.size };
}

describe.skipIf(!hasRealFile)(`a file as FINRA published it${REAL_FILE_NOTE}`, () => {
  it.each([
    ['the week of its name', '--weeks 2025-12-15', '2025-12-12'],
    ['the week it was published for', '--weeks 2025-11-14 --file-date published', '2025-11-14'],
  ])('is stored whole as %s', async (_, line, week) => {
    const { start, db } = createScenario();
    const ended = await start(`${FROM_REAL} --run-date 2026-02-02 ${line}`);
    const document = JSON.parse(ended.stdout) as RunDocument;
    expect(document.exit_code).toBe(0);
    expect(partitionOf(document, week, 'OTC')).toMatchObject({ outcome: 'ingested', rows: 5_328, rejects: 0 });

    const { rows, shares, issues } = addedUp();
    expect(rows).toBe(5_328);
    const byMpid = query(
      db,
      'SELECT mpid, sum(total_shares) AS shares FROM finra_otc_transparency_venue_volume_latest WHERE week_ending = ? GROUP BY mpid ORDER BY mpid',
      week,
    );
    expect(Object.fromEntries(byMpid.map((row) => [row.mpid, row.shares]))).toEqual(shares);
    expect(value(db, 'SELECT count(*) FROM finra_otc_transparency_normalized_latest')).toBe(5_328n);
    expect(value(db, 'SELECT count(*) FROM finra_otc_transparency_hhi_latest')).toBe(BigInt(issues));
    expect(value(db, 'SELECT source_last_update_date FROM core_captures')).toBe('2025-12-15');
  });

  it('is remarked upon when its name is taken for its week, and names the remedy', async () => {
    const { start } = createScenario();
    const { stderr } = await start(`${FROM_REAL} --run-date 2026-02-02 --weeks 2025-12-15`);
    expect(stderr).toBe(
      'warning: 2025-12-12 OTC: last updated on 2025-12-15, before FINRA could publish this week (2026-01-12); ' +
        'likely its file is named by the publication date: see --file-date published\n',
    );
  });

  it('is not remarked upon as the week it was published for', async () => {
    const { start } = createScenario();
    const { stderr } = await start(`${FROM_REAL} --run-date 2026-02-02 --weeks 2025-11-14 --file-date published`);
    expect(stderr).toBe('');
  });

  it('has shares that sum to one, and concentrations between zero and one', async () => {
    const { start, db } = createScenario();
    await start(`${FROM_REAL} --run-date 2026-02-02 --weeks 2025-12-15`);
    const off = `SELECT symbol FROM finra_otc_transparency_venue_share_latest
      GROUP BY venue_type, symbol, issue_name HAVING abs(sum(venue_share) - 1) > 1e-9`;
    expect(query(db, off)).toEqual([]);
    expect(
      query(db, 'SELECT symbol, hhi FROM finra_otc_transparency_hhi_latest WHERE NOT (hhi > 0 AND hhi <= 1)'),
    ).toEqual([]);
  });
});
