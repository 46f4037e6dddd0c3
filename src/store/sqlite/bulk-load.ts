import type { Database as SqliteHandle } from 'better-sqlite3';
import type { Column } from '../../finra/columns.ts';
import { type SummaryKind, summaryKind } from '../../finra/row-readings.ts';
import type { ParsedSource, SourceLayout, SourceRow } from '../../finra/source-row.ts';
import type { LoadedRows } from '../store.ts';
import type { ContextText, Dictionary } from './dictionary.ts';
import { type TupleWriter, tupleWriter, type Value } from './tuple-writer.ts';

/** So many digits a number holds exactly, whatever they are. */
const MOST_DIGITS = 15;
const ZERO = 48;

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
  const columns = parsed.layout.columns.has('totalNotionalSum') ? [...COLUMNS, 'notional'] : COLUMNS;
  const rows = tupleWriter(handle, 'raw_rows', columns, { capture_key: captureKey });
  const texts = tupleWriter(handle, 'raw_texts', ['line_number', 'raw_text'], { capture_key: captureKey });
  const reader = rowReader(parsed.layout, dictionary, check, rows);
  for await (const batch of parsed.rows) {
    for (const row of batch) {
      if (reader.take(row) && row.text !== null) texts.add(row.lineNumber, row.text);
    }
    await pause();
  }
  for (const writer of [dictionary, rows, texts]) writer.flush();
  return { rowCount: rows.count(), leftOut: reader.leftOut(), summaryTypes: reader.summaryTypes() };
}

const COLUMNS = ['line_number', 'issue_key', 'party_key', 'context_key', 'total_shares', 'total_trades'];
/** Where a column stands that the file does not have. */
const ABSENT = -1;
const NOTHING_READ = [null, null, null, null, null];

function rowReader(
  layout: SourceLayout,
  dictionary: Dictionary,
  check: (weekStart: string, lineNumber: number) => void,
  rows: TupleWriter,
) {
  const at = placesIn(layout);
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
  const kinds = new Map<string, SummaryKind>();
  let leftOut = 0;

  const kindOf = (type: string): SummaryKind => {
    const known = kinds.get(type);
    if (known !== undefined) return known;
    const kind = summaryKind(type);
    kinds.set(type, kind);
    return kind;
  };
  const add = (lineNumber: number, type: string, fields: readonly string[]): void => {
    const issue = dictionary.issue(textAt(fields, symbol), textAt(fields, issueName));
    const party = dictionary.party(type, textAt(fields, mpid), textAt(fields, firmCrd), textAt(fields, name));
    const context = contextOf(fields, lineNumber);
    const shareCount = quantity(textAt(fields, shares));
    const tradeCount = quantity(textAt(fields, trades));
    if (notional === ABSENT) rows.add(lineNumber, issue, party, context, shareCount, tradeCount);
    else rows.add(lineNumber, issue, party, context, shareCount, tradeCount, quantity(textAt(fields, notional)));
  };
  return {
    /**
     * Adds a row; one that cannot be read, by its fields or by a type that nothing is known of, with its line number
     * alone. Roll-ups are counted and left out: returns false for them.
     */
    take({ lineNumber, fields }: SourceRow): boolean {
      const type = fields === null ? '' : textAt(fields, summaryType);
      const kind = fields === null ? 'unknown' : kindOf(type);
      if (kind === 'roll_up') leftOut += 1;
      else if (fields === null || kind === 'unknown') {
        rows.add(lineNumber, ...NOTHING_READ, ...(notional === ABSENT ? [] : [null]));
      } else add(lineNumber, type, fields);
      return kind !== 'roll_up';
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
  const at = placesIn(layout);
  const tier = at('tierIdentifier') === ABSENT ? at('tierDescription') : at('tierIdentifier');
  const [week, update, product] = [at('weekStartDate'), at('lastUpdateDate'), at('productTypeCode')];
  const checked = new Set<string>();
  let last: ContextText | null = null;
  let lastKey = 0;
  return (fields: readonly string[], lineNumber: number): number => {
    const tierText = textAt(fields, tier);
    const weekStart = textAt(fields, week);
    const lastUpdate = textAt(fields, update);
    const productText = textAt(fields, product);
    const same =
      last !== null &&
      last.lastUpdate === lastUpdate &&
      last.tier === tierText &&
      last.product === productText &&
      last.weekStart === weekStart;
    if (same) return lastKey;
    if (week !== ABSENT && !checked.has(weekStart)) {
      check(weekStart, lineNumber);
      checked.add(weekStart);
    }
    last = { tier: tierText, weekStart, lastUpdate, product: productText };
    lastKey = dictionary.context(last);
    return lastKey;
  };
}

function placesIn({ columns }: SourceLayout): (column: Column) => number {
  return (column) => columns.get(column) ?? ABSENT;
}

// The text at `index`; none in a column that the file does not have. V8 would look an index of -1 up as a name, slowly.
function textAt(fields: readonly string[], index: number): string {
  return index === ABSENT ? '' : (fields[index] ?? '');
}

/** Canonical digits as a number; any other text as its bytes, which no column affinity changes. */
function quantity(text: string): Value {
  const { length } = text;
  const isOther = length === 0 || length > MOST_DIGITS || (length > 1 && text.charCodeAt(0) === ZERO);
  if (isOther) return Buffer.from(text);
  // Digit by digit: two of these for each row, and a regular expression with Number() takes twice as long.
  let value = 0;
  for (let index = 0; index < length; index++) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) return Buffer.from(text);
    value = value * 10 + digit;
  }
  return value;
}
