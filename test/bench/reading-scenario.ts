import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import SqliteHandle, { type Statement } from 'better-sqlite3';
import type { Bench } from './bench-context.ts';
import { removeDatabase, runStep } from './command.ts';
import type { ReadingKind, ReadingResult } from './results.ts';
import { loadWithShell } from './shell-load.ts';
import { median, ratioOf } from './statistics.ts';
import { REVISED, type Weeks } from './weeks.ts';

/** What is read of each view: the columns that the shell's tables have too. */
export const VIEW_COLUMNS: Readonly<Record<string, string>> = {
  raw: 'week_ending, tier, symbol, issue_name, mpid, venue_name, total_shares, total_trades, source_last_update_date, line_number, capture_id',
  normalized:
    'week_ending, tier, venue_type, symbol, issue_name, mpid, venue_name, total_shares, total_trades, source_last_update_date, capture_id',
  venue_volume: 'week_ending, tier, venue_type, symbol, issue_name, mpid, total_shares, total_trades, capture_id',
  venue_share:
    'week_ending, tier, venue_type, symbol, issue_name, mpid, venue_shares, symbol_shares, venue_share, capture_id',
  hhi: 'week_ending, tier, venue_type, symbol, issue_name, hhi, venue_count, symbol_shares, capture_id',
  tier_split: 'week_ending, tier, venue_type, symbol, issue_name, tier_shares, symbol_shares, tier_share, capture_id',
};

interface Query {
  readonly kind: ReadingKind;
  readonly view: string;
  readonly sql: string;
  readonly values: readonly string[];
}

/** Reading is short, so each round takes several samples; a sample lasts about so long, however short the query is. */
const SAMPLES_PER_ROUND = 3;
const SAMPLE_SECONDS = 0.02;
const MOST_RUNS = 5000;

const LONG_AFTER_ANY_LOAD = '9999-12-31 00:00:00.000';

/**
 * Reads the same of the command's database and of the shell's, both loaded with `weeks`, through one SQLite: one symbol
 * over all weeks, one partition, one week as of an instant. Throws when the answers differ in length.
 */
export async function measureReading(bench: Bench, weeks: Weeks): Promise<ReadingResult[]> {
  const [own, shell] = [join(bench.dir, 'bench-own.db'), join(bench.dir, 'bench-shell.db')];
  bench.progress(`reading: loading ${weeks.count} weeks`);
  for (const place of [own, shell]) removeDatabase(place);
  await runStep(bench.command, 'first', weeks, own);
  await loadWithShell(weeks, shell);
  const handles = [own, shell].map((path) => new SqliteHandle(path, { readonly: true, fileMustExist: true }));
  try {
    const [ownHandle, shellHandle] = handles as [SqliteHandle.Database, SqliteHandle.Database];
    return queries(mostTraded(ownHandle)).map((query) => {
      bench.progress(`reading: ${query.kind} ${query.view}`);
      return compare(query, ownHandle, shellHandle, bench.rounds);
    });
  } finally {
    for (const handle of handles) handle.close();
    for (const place of [own, shell]) removeDatabase(place);
  }
}

// The symbol with the most to read.
function mostTraded(handle: SqliteHandle.Database): string {
  const sql = `SELECT symbol FROM finra_otc_transparency_venue_volume_latest WHERE week_ending = ? AND tier = ?
    GROUP BY symbol ORDER BY count(*) DESC, symbol LIMIT 1`;
  return handle.prepare(sql).pluck().get(REVISED.weekEnding, REVISED.tier) as string;
}

function queries(symbol: string): Query[] {
  const { weekEnding, tier } = REVISED;
  return Object.entries(VIEW_COLUMNS).flatMap(([view, columns]): Query[] => {
    const select = `SELECT ${columns} FROM finra_otc_transparency_${view}`;
    return [
      { kind: 'symbol', view, sql: `${select}_latest WHERE symbol = ?`, values: [symbol] },
      {
        kind: 'partition',
        view,
        sql: `${select}_latest WHERE week_ending = ? AND tier = ?`,
        values: [weekEnding, tier],
      },
      {
        kind: 'as_of',
        view,
        sql: `${select} WHERE week_ending = ? AND captured_at <= ? AND (superseded_at IS NULL OR superseded_at > ?)`,
        values: [weekEnding, LONG_AFTER_ANY_LOAD, LONG_AFTER_ANY_LOAD],
      },
    ];
  });
}

function compare(
  query: Query,
  own: SqliteHandle.Database,
  shell: SqliteHandle.Database,
  rounds: number,
): ReadingResult {
  const [ownRead, shellRead] = [own, shell].map((handle) => reader(handle.prepare(query.sql), query.values));
  if (ownRead === undefined || shellRead === undefined) throw new Error('two databases are compared');
  const [ownFirst, shellFirst] = [ownRead(1), shellRead(1)];
  if (ownFirst.rows !== shellFirst.rows) {
    throw new Error(`${query.kind} ${query.view}: ${ownFirst.rows} rows, but ${shellFirst.rows} of the shell's`);
  }
  const slower = Math.max(ownFirst.seconds, shellFirst.seconds);
  const collectGarbage = garbageCollector();
  const runs = Math.min(MOST_RUNS, Math.max(1, Math.ceil(SAMPLE_SECONDS / slower)));
  const seconds = { own: [] as number[], shell: [] as number[] };
  for (let sample = 0; sample < rounds * SAMPLES_PER_ROUND; sample++) {
    collectGarbage();
    seconds.own.push(ownRead(runs).seconds);
    collectGarbage();
    seconds.shell.push(shellRead(runs).seconds);
  }
  return {
    kind: query.kind,
    view: query.view,
    rows: ownFirst.rows,
    seconds: median(seconds.own),
    shellSeconds: median(seconds.shell),
    ratio: ratioOf(seconds.own, seconds.shell),
  };
}

// What one has read must not be cleared away in the other's time.
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

/** Runs a query so many times; returns how long one took and how many rows it gave. */
function reader(statement: Statement, values: readonly string[]) {
  statement.raw();
  return (runs: number): { seconds: number; rows: number } => {
    const began = performance.now();
    let rows = 0;
    for (let run = 0; run < runs; run++) rows = statement.all(...values).length;
    return { seconds: (performance.now() - began) / 1000 / runs, rows };
  };
}
