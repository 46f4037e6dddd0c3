import { expect } from 'vitest';
import { isIntact, query, VIEWS } from '../harness/database.ts';
import { leftovers, NOTHING_LEFT } from '../harness/stored-state.ts';

/** What holds of a database after any run, whatever was run before. */
export function expectSound(db: string): void {
  expect(isIntact(db)).toBe(true);
  expect(leftovers(db)).toEqual(NOTHING_LEFT);
  expectSeamlessHistory(db);
  expectNoRowLost(db);
  // From the moment that it is accepted; what is computed from it follows.
  expectNewest(db, ['raw', 'normalized']);
}

/** Captures of a partition follow each other without gap or overlap, each later than the one before, the last one open. */
function expectSeamlessHistory(db: string): void {
  const steps = query(
    db,
    `SELECT capture_id, run_date, captured_at, superseded_at,
      lead(captured_at) OVER history AS next_at, lead(run_date) OVER history AS next_run_date
    FROM core_captures WHERE state = 'accepted'
    WINDOW history AS (PARTITION BY week_ending, tier ORDER BY captured_at, capture_key)`,
  );
  for (const { captured_at, superseded_at, next_at, run_date, next_run_date } of steps) {
    expect(superseded_at).toBe(next_at);
    if (next_at === null) continue;
    expect(`${next_at}` > `${captured_at}`).toBe(true);
    expect(`${next_run_date}` > `${run_date}`).toBe(true);
  }
}

function expectNoRowLost(db: string): void {
  const count = (view: string, of: string) =>
    `(SELECT count(*) FROM ${view} v WHERE v.capture_id = c.capture_id AND ${of})`;
  const odd = query(
    db,
    `SELECT capture_id FROM core_captures c WHERE state = 'accepted' AND source <> 'derived' AND (raw_count <>
      ${count('finra_otc_transparency_normalized', 'TRUE')} + ${count('core_rejects', "v.capture_state = 'accepted'")}
      OR raw_count <> ${count('finra_otc_transparency_raw', "v.capture_state = 'accepted'")})`,
  );
  expect(odd).toEqual([]);
}

/** Once every stage is current, each `_latest` view shows the newest accepted captures and nothing else. */
export function expectLatestIsNewest(db: string): void {
  expectNewest(db, VIEWS);
}

function expectNewest(db: string, views: readonly (typeof VIEWS)[number][]): void {
  const newest = query(
    db,
    `SELECT capture_id, max(captured_at) AS captured_at FROM core_captures WHERE state = 'accepted'
    GROUP BY week_ending, tier ORDER BY capture_id`,
  );
  for (const view of views) {
    const rows = newest.flatMap(({ capture_id, captured_at }) =>
      query(
        db,
        `SELECT * FROM finra_otc_transparency_${view} WHERE capture_id = ? AND captured_at = ?`,
        capture_id,
        captured_at,
      ),
    );
    const latest = query(db, `SELECT * FROM finra_otc_transparency_${view}_latest`);
    expect(latest.map(textOf).sort(), view).toEqual(rows.map(textOf).sort());
  }
}

function textOf(row: Record<string, unknown>): string {
  return Object.values(row).join('|');
}
