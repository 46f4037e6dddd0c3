import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, query, value } from '../harness/database.ts';
import { BETWEEN_RUNS, makePracticeFolders } from './practice-folders.ts';
import { readPage } from './readme-page.ts';

const MANIFEST_QUERY =
  "SELECT partition_key, stage, row_count, updated_at FROM core_manifest WHERE domain = 'finra.otc_transparency' " +
  "AND partition_key LIKE '%2025-12-19%' ORDER BY stage_rank";

const scratch = mkdtempSync(join(tmpdir(), 'readme-queries-'));
const statements = readPage().blocks.filter(({ language }) => language === 'sql');
const queries = statements.filter(({ text }) => !isChange(text));
let db: string;

beforeAll(async () => {
  const folders = await makePracticeFolders(scratch);
  db = join(folders['failed partition'], 'data/market_spine.db');
  // Only FINRA's API has control totals to compare with.
  execute(db, 'INSERT INTO core_control_receipts SELECT capture_key, ingested_at, 3, 3, 0, 0, 0 FROM core_captures');
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe("the README's queries", () => {
  it.each(queries.map(({ section, text }) => [section.at(-1), text] as const))('%s: %s', (_, text) => {
    expect(query(db, text).length).toBeGreaterThan(0);
  });

  it('change an anomaly as it says, by the statements that do', () => {
    const [resolve = '', raise = '', ...others] = statements.map(({ text }) => text).filter(isChange);
    expect(others).toEqual([]);
    const own = () => query(db, "SELECT resolved_at, resolution FROM core_anomalies WHERE stage = 'DESK_CHECK'");
    execute(db, raise);
    expect(own()).toEqual([{ resolved_at: null, resolution: null }]);
    execute(db, resolve);
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
    expect(own()).toEqual([{ resolved_at: instant, resolution: expect.any(String) }]);
  });

  it('name the manifest query word for word, which finds each stage of the week', () => {
    expect(queries.map(({ text }) => text.trim())).toContain(MANIFEST_QUERY);
    const stages = query(db, MANIFEST_QUERY).map(({ stage }) => stage);
    expect(stages).toEqual([
      ...[
        'RAW',
        'RAW',
        'RAW',
        'NORMALIZED',
        'NORMALIZED',
        'NORMALIZED',
        'VENUE_VOLUME',
        'VENUE_VOLUME',
        'VENUE_VOLUME',
      ],
      ...['VENUE_SHARE', 'VENUE_SHARE', 'VENUE_SHARE', 'HHI', 'HHI', 'HHI', 'TIER_SPLIT'],
    ]);
  });

  it('show as of an instant what was the latest then, and not what a later restatement made of it', () => {
    const asOf = queries.find(({ text }) => text.includes('superseded_at > '))?.text ?? '';
    expect(asOf.split(`'${BETWEEN_RUNS}'`)).toHaveLength(3);
    const captured = (sql: string) => new Set(query(db, sql).map(({ capture_id }) => capture_id));
    const withId = (sql: string) => sql.replace('SELECT ', 'SELECT capture_id, ');
    expect(captured(withId(asOf))).toEqual(new Set(['finra.otc_transparency:NMS_TIER_1:2025-12-19:20260120']));
    expect(captured(withId(asOf.replaceAll(BETWEEN_RUNS, '2026-01-21 18:00:00.000')))).toEqual(
      new Set([
        value(
          db,
          "SELECT capture_id FROM finra_otc_transparency_hhi_latest WHERE week_ending = '2025-12-19' AND tier = 'NMS_TIER_1'",
        ),
      ]),
    );
  });
});

function isChange(text: string): boolean {
  return /^(INSERT|UPDATE)/.test(text);
}
