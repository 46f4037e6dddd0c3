import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Form, fixtureFileName, formDir, SAME_ROWS_FORMS, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { query, value, viewContents } from '../harness/database.ts';
import { outcomesOf } from '../harness/run-document.ts';
import { createScenario } from '../harness/scenario.ts';

const TIER_1 = '--weeks 2025-12-19 --tiers T1 --run-date 2026-02-02';

async function storeForm(form: Form, options = TIER_1) {
  const scenario = createScenario(formDir(form));
  return { db: scenario.db, document: await scenario.run(options) };
}

/** A form's rows, by the names of its header. */
function rowsOf(form: Form): Array<Record<string, string>> {
  const [header = '', ...lines] = readFileSync(join(formDir(form), fixtureFileName(SMALL_PARTITION)), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) =>
    Object.fromEntries(line.split('|').map((text, index) => [header.split('|')[index], text])),
  );
}

describe('the rows of a file', () => {
  it.each(SAME_ROWS_FORMS)('are the same in whatever form they come: %s', async (form) => {
    const [official, other] = [await storeForm('official'), await storeForm(form)];
    expect(other.document).toMatchObject({ exit_code: 0, totals: { rows: 60, rejects: 0 } });
    const [expected, found] = [viewContents(official.db), viewContents(other.db)];
    for (const name of ['normalized', 'venue_volume', 'venue_share', 'hhi']) {
      expect(found[`finra_otc_transparency_${name}_latest`], name).toEqual(
        expected[`finra_otc_transparency_${name}_latest`],
      );
      expect(found[`finra_otc_transparency_${name}_latest`]?.length).toBeGreaterThan(0);
    }
  });

  it('keep the lines of the file, whose blank ones count', async () => {
    const { db } = await storeForm('blank_lines');
    const lines = readFileSync(join(formDir('blank_lines'), fixtureFileName(SMALL_PARTITION)), 'utf8').split('\n');
    const raw = query(
      db,
      'SELECT line_number, symbol, mpid, total_shares FROM finra_otc_transparency_raw ORDER BY line_number',
    );
    expect(raw).toHaveLength(60);
    for (const { line_number, symbol, mpid, total_shares } of raw) {
      const fields = lines[Number(line_number) - 1]?.split('|') ?? [];
      expect([fields[1], fields[4], fields[5]]).toEqual([symbol, mpid, total_shares]);
    }
  });
});

describe('fractional shares', () => {
  it('are the nearest double, and whole ones stay exact', async () => {
    const { db, document } = await storeForm('fractional_shares');
    expect(document.totals).toMatchObject({ rows: 60, rejects: 0 });
    const shares = new Map(
      query(db, 'SELECT symbol, issue_name, mpid, total_shares FROM finra_otc_transparency_normalized').map((row) => [
        `${row.symbol}|${row.issue_name}|${row.mpid}`,
        row.total_shares,
      ]),
    );
    for (const row of rowsOf('fractional_shares')) {
      const text = row.totalWeeklyShareQuantity ?? '';
      const stored = shares.get(`${row.issueSymbolIdentifier}|${row.issueName}|${row.MPID}`);
      expect(stored).toEqual(text.includes('.') ? Number(text) : BigInt(text));
    }
  });

  it('add up in the calcs', async () => {
    const { db } = await storeForm('fractional_shares');
    const off = query(
      db,
      `SELECT symbol, issue_name FROM finra_otc_transparency_venue_share
      GROUP BY symbol, issue_name HAVING abs(sum(venue_share) - 1) > 1e-9 OR abs(sum(venue_shares) - min(symbol_shares)) > 1e-6`,
    );
    expect(off).toEqual([]);
  });

  it('are kept in the raw rows as they were written', async () => {
    const { db } = await storeForm('fractional_shares');
    const raw = query(db, 'SELECT total_shares FROM finra_otc_transparency_raw ORDER BY line_number');
    expect(raw.map(({ total_shares }) => total_shares)).toEqual(
      rowsOf('fractional_shares').map((row) => row.totalWeeklyShareQuantity),
    );
  });
});

describe('a file with ATS and non-ATS rows', () => {
  it('keeps the venue types apart, and names firms by MPID, by CRD number, or as the unattributed rest', async () => {
    const { db, document } = await storeForm('non_ats');
    expect(document).toMatchObject({ exit_code: 0, totals: { rejects: 0 } });
    expect(
      query(
        db,
        `SELECT venue_type, mpid, venue_name FROM finra_otc_transparency_normalized WHERE venue_type = 'NON_ATS'
        GROUP BY 1, 2, 3 ORDER BY mpid`,
      ),
    ).toEqual([
      { venue_type: 'NON_ATS', mpid: 'CRD:900104', venue_name: 'HARBOR LANE EXECUTION LLC' },
      { venue_type: 'NON_ATS', mpid: 'CRD:900371', venue_name: 'STERLING GATE SECURITIES, L.P.' },
      { venue_type: 'NON_ATS', mpid: 'DE_MINIMIS', venue_name: 'De Minimis Firms' },
      { venue_type: 'NON_ATS', mpid: 'WRMK', venue_name: 'WREN & ROWAN MARKETS INC.' },
    ]);
    expect(value(db, 'SELECT summary_types FROM core_captures')).toBe('ats,non-ats');
  });

  it('has shares and concentration per venue type', async () => {
    const { db } = await storeForm('non_ats');
    const totals = query(
      db,
      `SELECT venue_type, symbol, issue_name, sum(venue_share) AS share, sum(venue_share * venue_share) AS squares
      FROM finra_otc_transparency_venue_share GROUP BY 1, 2, 3`,
    );
    const types = new Set(totals.map(({ venue_type }) => venue_type));
    expect([...types].sort()).toEqual(['ATS', 'NON_ATS']);
    for (const { venue_type, symbol, issue_name, share, squares } of totals) {
      expect(share).toBeCloseTo(1, 9);
      const hhi = 'SELECT hhi FROM finra_otc_transparency_hhi WHERE venue_type = ? AND symbol = ? AND issue_name = ?';
      expect(value(db, hhi, venue_type, symbol, issue_name)).toBeCloseTo(squares as number, 12);
    }
  });

  it('sums the product types of an issue in the calcs, and keeps them in the normalized rows', async () => {
    const { db } = await storeForm('non_ats');
    const both = query(
      db,
      `SELECT symbol, mpid, sum(total_shares) AS shares, sum(total_trades) AS trades, count(*) AS types
      FROM finra_otc_transparency_normalized WHERE venue_type = 'ATS' GROUP BY 1, 2 HAVING count(*) > 1`,
    );
    expect(both.length).toBeGreaterThan(0);
    for (const { symbol, mpid, shares, trades, types } of both) {
      expect(types).toBe(2n);
      const volume = `SELECT total_shares, total_trades FROM finra_otc_transparency_venue_volume
        WHERE venue_type = 'ATS' AND symbol = ? AND mpid = ?`;
      expect(query(db, volume, symbol, mpid)).toEqual([{ total_shares: shares, total_trades: trades }]);
    }
  });
});

describe('a file that is named by the day it was published', () => {
  it('is its week with --file-date published', async () => {
    const { db, document } = await storeForm(
      'named_by_publication',
      '--weeks 2025-12-19 --tiers OTC --run-date 2026-02-02 --file-date published',
    );
    expect(outcomesOf(document)).toEqual({ '2025-12-19 OTC': 'ingest first_capture ingested' });
    expect(document.notices).toEqual([]);
    expect(value(db, 'SELECT count(*) FROM finra_otc_transparency_normalized_latest')).toBe(40n);
  });

  it('fails when a column of the file says another week', async () => {
    const { document } = await storeForm(
      'reordered_columns',
      '--weeks 2025-12-05 --tiers T1 --run-date 2026-02-02 --file-date published',
    );
    expect(document.partitions[0]).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'wrong_week',
        message: 'line 2 is of the week that starts "2025-12-15", not of the week ending 2025-12-05',
      },
    });
  });
});
