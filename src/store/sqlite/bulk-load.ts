import type { Database as SqliteHandle } from 'better-sqlite3';
import type { Column } from '../../finra/columns.ts';
import { summaryKind } from '../../finra/row-readings.ts';
import type { ParsedSource, SourceLayout, SourceRow } from '../../finra/source-row.ts';
import type { LoadedRows } from '../store.ts';
import type { ContextText, Dictionary } from './dictionary.ts';

const ROWS_PER_STATEMENT = 64;
const CANONICAL_DIGITS = /^(?:0|[1-9]\d{0,14})$/;

type Value = number | string | Buffer | null;

/**
 * Loads a source's rows into raw_rows and raw_texts under `captureKey`, inside the caller's transaction. Repeated
 * texts become dictionary keys; a row is one tuple of a statement that holds many, which is what makes it fast.
 */
export async function loadRawRows(
  handle: SqliteHandle,
  dictionary: Dictionary,
  captureKey: number,
  parsed: ParsedSource,
  check: (weekStart: string, lineNumber: number) => void,
  pause: () => Promise<void>,
): Promise<LoadedRows> {
  const rows = tupleWriter(handle, 'raw_rows', captureKey, [
    'line_number',
    'issue_key',
    'party_key',
    'context_key',
    'total_shares',
    'total_trades',
    'notional',
  ]);
  const texts = tupleWriter(handle, 'raw_texts', captureKey, ['line_number', 'raw_text']);
  const read = rowReader(parsed.layout, dictionary, check);
  for await (const batch of parsed.rows) {
    for (const row of batch) {
      const kind = read.kindOf(row.fields);
      if (row.fields === null || kind === 'unknown') rows.add(row.lineNumber, null, null, null, null, null, null);
      else if (kind === 'firm_rows') read.add(row, row.fields, rows.add);
      else continue;
      if (row.text !== null) texts.add(row.lineNumber, row.text);
    }
    await pause();
  }
  rows.flush();
  texts.flush();
  return { rowCount: rows.count(), leftOut: read.leftOut(), summaryTypes: read.summaryTypes() };
}

function rowReader(
  layout: SourceLayout,
  dictionary: Dictionary,
  check: (weekStart: string, lineNumber: number) => void,
) {
  const at = (column: Column): number => layout.columns.get(column) ?? -1;
  const [symbol, issueName, mpid, name] = [
    at('issueSymbolIdentifier'),
    at('issueName'),
    at('MPID'),
    at('marketParticipantName'),
  ];
  const [shares, trades, notional] = [
    at('totalWeeklyShareQuantity'),
    at('totalWeeklyTradeCount'),
    at('totalNotionalSum'),
  ];
  const [firmCrd, summaryType] = [at('firmCRDNumber'), at('summaryTypeCode')];
  const contextOf = contextReader(layout, dictionary, check);
  const kinds = new Map<string, ReturnType<typeof summaryKind>>();
  let leftOut = 0;
  return {
    /** Rows of a type that nothing is known of cannot be read; roll-ups are counted and left out. */
    kindOf(fields: readonly string[] | null): ReturnType<typeof summaryKind> {
      if (fields === null) return 'unknown';
      const type = fields[summaryType] ?? '';
      const kind = kinds.get(type) ?? summaryKind(type);
      kinds.set(type, kind);
      if (kind === 'roll_up') leftOut += 1;
      return kind;
    },
    add(row: SourceRow, fields: readonly string[], write: (...values: Value[]) => void): void {
      const type = fields[summaryType] ?? '';
      const party = dictionary.party(type, fields[mpid] ?? '', fields[firmCrd] ?? '', fields[name] ?? '');
      write(
        row.lineNumber,
        dictionary.issue(fields[symbol] ?? '', fields[issueName] ?? ''),
        party,
        contextOf(fields, row.lineNumber),
        quantity(fields[shares]),
        quantity(fields[trades]),
        notional === -1 ? null : quantity(fields[notional]),
      );
    },
    leftOut: () => leftOut,
    summaryTypes: () => {
      const seen = [...kinds].filter(([, kind]) => kind === 'firm_rows').map(([type]) => type.trim());
      const nonAts = seen.some((type) => type.startsWith('OTC'));
      const ats = seen.some((type) => !type.startsWith('OTC'));
      return [...(ats || !nonAts ? ['ats'] : []), ...(nonAts ? ['non-ats'] : [])].join(',');
    },
  };
}

// Neighbouring rows nearly always share their context, so the last one is tried first.
function contextReader(
  layout: SourceLayout,
  dictionary: Dictionary,
  check: (weekStart: string, lineNumber: number) => void,
) {
  const at = (column: Column): number => layout.columns.get(column) ?? -1;
  const tier = at('tierIdentifier') === -1 ? at('tierDescription') : at('tierIdentifier');
  const [week, update, product] = [at('weekStartDate'), at('lastUpdateDate'), at('productTypeCode')];
  const checked = new Set<string>();
  let last: ContextText | null = null;
  let lastKey = 0;
  return (fields: readonly string[], lineNumber: number): number => {
    const [tierText, weekStart] = [fields[tier] ?? '', fields[week] ?? ''];
    const [lastUpdate, productText] = [fields[update] ?? '', fields[product] ?? ''];
    const same =
      last !== null &&
      last.lastUpdate === lastUpdate &&
      last.tier === tierText &&
      last.product === productText &&
      last.weekStart === weekStart;
    if (same) return lastKey;
    if (week !== -1 && !checked.has(weekStart)) {
      check(weekStart, lineNumber);
      checked.add(weekStart);
    }
    last = { tier: tierText, weekStart, lastUpdate, product: productText };
    lastKey = dictionary.context(last);
    return lastKey;
  };
}

/** Canonical digits as a number; any other text as its bytes, which no column affinity changes. */
function quantity(text = ''): Value {
  return CANONICAL_DIGITS.test(text) ? Number(text) : Buffer.from(text);
}

function tupleWriter(handle: SqliteHandle, table: string, captureKey: number, columns: readonly string[]) {
  const insert = (tuples: number) => {
    const tuple = `(${captureKey}${', ?'.repeat(columns.length)})`;
    const values = Array.from({ length: tuples }, () => tuple).join(', ');
    return handle.prepare(`INSERT INTO ${table} (capture_key, ${columns.join(', ')}) VALUES ${values}`);
  };
  // One array for all statements, filled anew for each.
  const pending: Value[] = new Array<Value>(ROWS_PER_STATEMENT * columns.length).fill(null);
  let filled = 0;
  let many: ReturnType<typeof insert> | null = null;
  let count = 0;
  return {
    add(...values: Value[]): void {
      for (const value of values) pending[filled++] = value;
      count += 1;
      if (filled < pending.length) return;
      many ??= insert(ROWS_PER_STATEMENT);
      many.run(pending);
      filled = 0;
    },
    flush(): void {
      if (filled > 0) insert(filled / columns.length).run(pending.slice(0, filled));
      filled = 0;
    },
    count: () => count,
  };
}
