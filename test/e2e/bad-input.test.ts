import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type BrokenKind,
  brokenDir,
  CLEAN_DIR,
  fixtureFileName,
  REJECT_KINDS,
  SMALL_PARTITION,
} from '../generator/fixture-paths.ts';
import { rejectFile } from '../generator/reject-files.ts';
import { query, value, viewContents } from '../harness/database.ts';
import { outcomesOf, partitionOf } from '../harness/run-document.ts';
import { createScenario, scenariosAfter } from '../harness/scenario.ts';

const WEEK = '--weeks 2025-12-19 --run-date 2026-02-02';
const TIER_1 = `${WEEK} --tiers T1`;
const FILE = fixtureFileName(SMALL_PARTITION);

const stored = scenariosAfter(WEEK, CLEAN_DIR);

const counts = (db: string) =>
  query(
    db,
    `SELECT (SELECT count(*) FROM finra_otc_transparency_raw) AS raw,
      (SELECT count(*) FROM finra_otc_transparency_normalized) AS normalized, (SELECT count(*) FROM core_rejects) AS rejects`,
  )[0];

describe('a row that is no good', () => {
  it.each(REJECT_KINDS)('is rejected with its line number and its text: %s', async (kind) => {
    const scenario = createScenario(brokenDir(kind));
    const document = await scenario.run(TIER_1);
    expect(document.exit_code).toBe(0);
    const lines = readFileSync(join(brokenDir(kind), FILE), 'utf8').split('\n');
    const { rejectedLines } = rejectFile(kind);
    expect(query(scenario.db, 'SELECT * FROM core_rejects ORDER BY line_number')).toMatchObject(
      rejectedLines.map((line) => ({
        reject_code: kind.toUpperCase(),
        line_number: BigInt(line),
        raw_text: lines[line - 1],
        capture_id: 'finra.otc_transparency:NMS_TIER_1:2025-12-19:20260202',
        week_ending: '2025-12-19',
        tier: 'NMS_TIER_1',
      })),
    );
    const rows = lines.length - 2;
    expect(counts(scenario.db)).toEqual({ raw: BigInt(rows), normalized: BigInt(rows - 2), rejects: 2n });
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1')).toMatchObject({ outcome: 'ingested', rows, rejects: 2 });
    expect(document.totals).toMatchObject({ rows, rejects: 2 });
  });

  it('in ordinary CSV is rejected too, and the rows after it are not lost', async () => {
    const scenario = createScenario(brokenDir('malformed_rows'));
    expect((await scenario.run(TIER_1)).exit_code).toBe(0);
    expect(query(scenario.db, 'SELECT reject_code, line_number FROM core_rejects ORDER BY line_number')).toEqual([
      { reject_code: 'MALFORMED_ROW', line_number: 12n },
      { reject_code: 'MALFORMED_ROW', line_number: 41n },
    ]);
    expect(counts(scenario.db)).toEqual({ raw: 60n, normalized: 58n, rejects: 2n });
  });

  it('keeps one of two equal rows, and none of two that contradict each other', async () => {
    const kept = async (kind: BrokenKind) => {
      const scenario = createScenario(brokenDir(kind));
      await scenario.run(TIER_1);
      const [, symbol, name, , mpid] =
        readFileSync(join(brokenDir(kind), FILE), 'utf8')
          .split('\n')[11]
          ?.split('|') ?? [];
      const condition = 'symbol = ? AND issue_name = ? AND mpid = ?';
      const sql = `SELECT count(*) FROM finra_otc_transparency_normalized WHERE ${condition}`;
      return value(scenario.db, sql, symbol, name, mpid);
    };
    expect(await kept('duplicate_row')).toBe(1n);
    expect(await kept('conflicting_duplicate')).toBe(0n);
  });

  it('has the first code that fits, when several do', async () => {
    const scenario = createScenario();
    const text = readFileSync(join(brokenDir('duplicate_row'), FILE), 'utf8').split('\n');
    const good = text[1]?.split('|') as [string, string, string, string, string, string, string, string];
    const row = (...edits: Array<[index: number, text: string]>) =>
      edits.reduce((fields, [index, edit]) => fields.with(index, edit), [...good]).join('|');
    const [tier, symbol, mpid, shares, trades] = [0, 1, 4, 5, 6] as const;
    const rows: Array<[code: string, row: string]> = [
      ['MALFORMED_ROW', `${row([symbol, ''])}|`],
      ['MISSING_SYMBOL', row([symbol, ''], [mpid, ''], [shares, 'x'])],
      ['MISSING_MPID', row([mpid, ''], [shares, 'x'])],
      ['INVALID_SHARES', row([shares, 'x'], [trades, 'x'])],
      ['INVALID_TRADES', row([shares, '-1'], [trades, 'x'])],
      ['NEGATIVE_VALUE', row([shares, '-1'], [trades, '0'], [tier, 'OTC'])],
      ['ZERO_ACTIVITY', row([shares, '0'], [trades, '0'], [tier, 'OTC'])],
      ['TIER_MISMATCH', row([tier, 'OTC'])],
    ];
    scenario.write(FILE, [text[0], ...rows.map(([, line]) => line), ...text.slice(1, 12), ''].join('\n'));
    await scenario.run(`${TIER_1} --max-reject-share 100`);
    const rejects = query(scenario.db, 'SELECT reject_code, raw_text FROM core_rejects ORDER BY line_number');
    expect(rejects).toEqual(rows.map(([reject_code, raw_text]) => ({ reject_code, raw_text })));
  });
});

const BAD_FILES: Array<[kind: BrokenKind, code: string]> = [
  ['missing_column', 'missing_columns'],
  ['truncated', 'truncated_file'],
  ['no_rows', 'no_rows'],
  ['empty', 'empty_file'],
  ['wrong_week', 'wrong_week'],
  ['not_utf8', 'not_utf8'],
  ['two_files', 'source_ambiguous'],
];

describe('a file that is no good', () => {
  it.each(BAD_FILES)('fails its partition and leaves nothing of itself: %s', async (kind, code) => {
    const scenario = createScenario(brokenDir(kind));
    const document = await scenario.run(TIER_1);
    expect(document.exit_code).toBe(1);
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1')).toMatchObject({ outcome: 'failed', error: { code } });
    expect(value(scenario.db, 'SELECT count(*) FROM core_captures')).toBe(0n);
    expect(value(scenario.db, 'SELECT count(*) FROM core_manifest')).toBe(0n);
    expect(counts(scenario.db)).toEqual({ raw: 0n, normalized: 0n, rejects: 0n });
    expect(
      query(scenario.db, 'SELECT severity, category, partition_key, stage, resolved_at FROM core_anomalies'),
    ).toEqual([
      {
        severity: 'ERROR',
        category: code.toUpperCase(),
        partition_key: '{"week_ending":"2025-12-19","tier":"NMS_TIER_1"}',
        stage: 'RAW',
        resolved_at: null,
      },
    ]);
  });

  it.each(BAD_FILES)('harms neither what is stored of its partition nor the other partitions: %s', async (kind) => {
    const scenario = stored();
    const before = viewContents(scenario.db);
    scenario.put(brokenDir(kind));
    const document = await scenario.run('--weeks 2025-12-12..2025-12-19 --run-date 2026-02-09');
    expect(document.totals).toMatchObject({ failed: 1, unchanged: 2, ingested: 3 });
    const after = viewContents(scenario.db);
    for (const [name, rows] of Object.entries(before)) {
      expect(
        after[name]?.filter((row) => row.includes('2025-12-19')),
        name,
      ).toEqual(rows);
    }
  });

  it('is told with its name and the columns that it lacks', async () => {
    const scenario = createScenario();
    scenario.write(FILE, 'MPID|issueSymbolIdentifier|surprise\nA|B|C\n');
    const document = await scenario.run(TIER_1);
    expect(outcomesOf(document)).toEqual({ '2025-12-19 NMS_TIER_1': 'ingest first_capture failed' });
    expect(document.partitions[0]?.error?.message).toBe(
      'the header lacks the columns tierDescription or tierIdentifier, issueName, marketParticipantName, ' +
        'totalWeeklyShareQuantity, totalWeeklyTradeCount, lastUpdateDate',
    );
  });
});

describe('shares that add up past 2^63-1', () => {
  it('fail the partition, and name the symbol', async () => {
    const scenario = createScenario(brokenDir('shares_overflow'));
    const document = await scenario.run(TIER_1);
    const [, symbol] =
      readFileSync(join(brokenDir('shares_overflow'), FILE), 'utf8')
        .split('\n')
        .filter((line) => line.includes('|9223372036854775807|'))[0]
        ?.split('|') ?? [];
    expect(partitionOf(document, '2025-12-19', 'NMS_TIER_1')).toMatchObject({
      outcome: 'failed',
      error: { code: 'quantity_overflow', message: `the quantities of ${symbol} add up past 9223372036854775807` },
    });
    expect(counts(scenario.db)).toMatchObject({ raw: 60n, normalized: 0n });
    expect(query(scenario.db, 'SELECT state FROM core_captures')).toEqual([{ state: 'staged' }]);
  });
});
