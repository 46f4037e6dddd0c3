import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../../src/domain/tier.ts';
import { query } from '../harness/database.ts';
import { createScenario } from '../harness/scenario.ts';
import { allPartitions, WINDOW, writeFolder } from './arbitrary-folder.ts';

type Row = Record<string, unknown>;

const LATEST = (name: string) => `SELECT * FROM finra_otc_transparency_${name}_latest`;

/** The database of one whole run over generated files. */
async function computed(folder: Parameters<typeof writeFolder>[1]): Promise<string> {
  const scenario = createScenario();
  writeFolder(scenario, folder);
  const document = await scenario.run(`${WINDOW} --run-date 2026-02-02`);
  expect(document.exit_code).toBe(0);
  return scenario.db;
}

function groupsOf(rows: readonly Row[], ...columns: string[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = columns.map((column) => row[column]).join('|');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

const sumOf = (rows: readonly Row[], column: string) => rows.reduce((sum, row) => sum + Number(row[column]), 0);

/** Equal but for the rounding of sums of doubles. */
function expectClose(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

describe('the calcs of any files', () => {
  it('are what adding up the normalized rows gives', async () => {
    await fc.assert(
      fc.asyncProperty(allPartitions(), async (folder) => {
        const db = await computed(folder);
        const issue = ['week_ending', 'tier', 'venue_type', 'symbol', 'issue_name'];
        const volumes = query(db, LATEST('venue_volume'));
        const shares = groupsOf(query(db, LATEST('venue_share')), ...issue);
        const concentrations = groupsOf(query(db, LATEST('hhi')), ...issue);
        const issues = groupsOf(query(db, LATEST('normalized')), ...issue);
        expect(volumes).toHaveLength(query(db, LATEST('normalized')).length);
        expect([...shares.keys()].sort()).toEqual([...issues.keys()].sort());
        expect([...concentrations.keys()].sort()).toEqual([...issues.keys()].sort());
        for (const [key, rows] of issues) {
          const total = sumOf(rows, 'total_shares');
          const own = shares.get(key) ?? [];
          expectClose(sumOf(own, 'venue_share'), 1);
          for (const row of own) {
            expectClose(Number(row.symbol_shares), total);
            expectClose(Number(row.venue_share), Number(row.venue_shares) / total);
            expect(row.venue_share).toBeGreaterThanOrEqual(0);
            expect(row.venue_share).toBeLessThanOrEqual(1);
          }
          const [concentration] = concentrations.get(key) ?? [];
          const squares = rows.reduce((sum, row) => sum + (Number(row.total_shares) / total) ** 2, 0);
          expectClose(Number(concentration?.hhi), squares);
          expect(concentration?.hhi).toBeGreaterThan(0);
          expect(concentration?.hhi).toBeLessThanOrEqual(1);
          expect(concentration?.venue_count).toBe(BigInt(rows.length));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('split a symbol over the tiers of a week so that the parts sum to one', async () => {
    await fc.assert(
      fc.asyncProperty(allPartitions(), async (folder) => {
        const db = await computed(folder);
        const issue = ['week_ending', 'venue_type', 'symbol', 'issue_name'];
        const splits = query(db, LATEST('tier_split'));
        const issues = groupsOf(query(db, LATEST('normalized')), ...issue);
        expect([...groupsOf(splits, ...issue).keys()].sort()).toEqual([...issues.keys()].sort());
        for (const [key, rows] of groupsOf(splits, ...issue)) {
          const whole = issues.get(key) ?? [];
          expectClose(sumOf(rows, 'tier_share'), 1);
          for (const row of rows) {
            expect(TIERS).toContain(row.tier);
            expectClose(Number(row.symbol_shares), sumOf(whole, 'total_shares'));
            expectClose(
              Number(row.tier_shares),
              sumOf(
                whole.filter(({ tier }) => tier === row.tier),
                'total_shares',
              ),
            );
          }
        }
      }),
      { numRuns: 8 },
    );
  });
});
