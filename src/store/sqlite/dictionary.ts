import type { Database as SqliteHandle } from 'better-sqlite3';
import { readUpdateDate, readVenue, trimText } from '../../finra/row-readings.ts';
import { tierOf } from '../../finra/tier-names.ts';
import { tupleWriter } from './tuple-writer.ts';

/** A reporting party, as a row writes it. */
interface PartyText {
  readonly summaryType: string;
  readonly mpid: string;
  readonly firmCrd: string;
  readonly name: string;
}

/** What most rows of one file share, as a row writes it. */
export interface ContextText {
  readonly tier: string;
  readonly weekStart: string;
  readonly lastUpdate: string;
  readonly product: string;
}

/** The keys of repeated texts. Each distinct text is looked up in the database once, and read by FINRA's rules once. */
export interface Dictionary {
  issue(symbol: string, issueName: string): number;
  party(summaryType: string, mpid: string, firmCrd: string, name: string): number;
  context(text: ContextText): number;
  /** Writes what is still to be written; every key that was handed out is in the database then. */
  flush(): void;
  /** Forgets every key, for a transaction that rolled back may have made some of them. */
  clear(): void;
}

/** A text that is known, its key, and another text that is found in the same place. */
type Known<Text> = Text & { readonly key: number; readonly next: Known<Text> | undefined };

interface IssueText {
  readonly symbol: string;
  readonly issueName: string;
}

/**
 * A dictionary over the tables issues, venues, source_parties and source_contexts of `handle`. What is known is found by
 * the part that mostly tells the texts apart, and the other parts are compared: that takes a fraction of the time of
 * joining them all into one text to look up.
 */
export function openDictionary(handle: SqliteHandle): Dictionary {
  const issues = new Map<string, Known<IssueText>>();
  const parties = new Map<string, Known<PartyText>>();
  const contexts = new Map<string, number>();
  const key = lookUps(handle);

  const issueKey = (symbol: string, issueName: string): number => {
    const known = newestIssue() === knownUpTo ? undefined : key.findIssue(symbol, issueName);
    if (known !== undefined) return known;
    const [trimmedSymbol, trimmedName] = [trimText(symbol), trimText(issueName)];
    if (trimmedSymbol === '') return addIssue(symbol, issueName, null);
    if (trimmedSymbol === symbol && trimmedName === issueName) return addIssue(symbol, issueName, 'itself');
    return addIssue(symbol, issueName, rememberedIssue(trimmedSymbol, trimmedName).key);
  };

  // A first load brings thousands of issues, which are written many at a time under keys that are given out here: the
  // caller's transaction keeps other writers away until then.
  const newIssues = tupleWriter(handle, 'issues', ['issue_key', 'symbol', 'issue_name', 'trimmed_key']);
  let newest: number | null = null;
  const newestIssue = (): number => {
    newest ??= key.newestIssue();
    return newest;
  };
  // Up to this key `issues` has every issue there is: what is new in a database that was empty need not be looked up.
  let knownUpTo = 0;
  const addIssue = (symbol: string, issueName: string, trimmedKey: number | null | 'itself'): number => {
    const before = newestIssue();
    newest = before + 1;
    if (knownUpTo === before) knownUpTo = newest;
    newIssues.add(newest, symbol, issueName, trimmedKey === 'itself' ? newest : trimmedKey);
    return newest;
  };

  // Files are sorted by symbol, so that neighbours are often of one issue.
  let last: Known<IssueText> | null = null;
  const rememberedIssue = (symbol: string, issueName: string): Known<IssueText> => {
    const first = issues.get(symbol);
    for (let known = first; known !== undefined; known = known.next) if (known.issueName === issueName) return known;
    const key = issueKey(symbol, issueName);
    const found = { symbol: copyOf(symbol), issueName: copyOf(issueName), key, next: issues.get(symbol) };
    issues.set(found.symbol, found);
    return found;
  };

  return {
    issue(symbol, issueName) {
      if (last?.symbol !== symbol || last.issueName !== issueName) last = rememberedIssue(symbol, issueName);
      return last.key;
    },
    party(summaryType, mpid, firmCrd, name) {
      const first = parties.get(mpid);
      for (let known = first; known !== undefined; known = known.next) {
        if (known.name === name && known.firmCrd === firmCrd && known.summaryType === summaryType) return known.key;
      }
      const text = {
        summaryType: copyOf(summaryType),
        mpid: copyOf(mpid),
        firmCrd: copyOf(firmCrd),
        name: copyOf(name),
      };
      const found = { ...text, key: key.party(text), next: first };
      parties.set(found.mpid, found);
      return found.key;
    },
    context(text) {
      // NUL stands in no field of a readable row, so that different texts never join to the same.
      const joined = [text.lastUpdate, text.tier, text.weekStart, text.product].join('\0');
      const known = contexts.get(joined) ?? key.context(text);
      contexts.set(joined, known);
      return known;
    },
    flush() {
      newIssues.flush();
      newest = null;
    },
    clear() {
      for (const map of [issues, parties, contexts]) map.clear();
      newIssues.drop();
      [last, newest, knownUpTo] = [null, null, 0];
    },
  };
}

// So short a slice V8 copies itself; a longer one is a view on the whole text that it is a part of.
const LONGEST_COPIED = 12;

// A part of a row is a view on the block of the file it was read from, which must not stay in memory for its sake. V8 makes
// one text of two before it takes a part of that.
function copyOf(text: string): string {
  return text.length <= LONGEST_COPIED ? text : ` ${text}`.slice(1);
}

function lookUps(handle: SqliteHandle) {
  const findIssue = handle.prepare('SELECT issue_key FROM issues WHERE symbol = ? AND issue_name = ?').pluck();
  const newestIssue = handle.prepare('SELECT coalesce(max(issue_key), 0) FROM issues').pluck();
  const findVenue = handle.prepare('SELECT venue_key FROM venues WHERE venue_type = ? AND mpid = ?').pluck();
  const addVenue = handle.prepare('INSERT INTO venues (venue_type, mpid) VALUES (?, ?)');
  const findParty = handle
    .prepare('SELECT party_key FROM source_parties WHERE mpid = ? AND name = ? AND firm_crd = ? AND summary_type = ?')
    .pluck();
  const addParty =
    handle.prepare(`INSERT INTO source_parties (mpid, name, firm_crd, summary_type, venue_type, venue_key, venue_name)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const findContext = handle
    .prepare(
      'SELECT context_key FROM source_contexts WHERE last_update = ? AND tier_text = ? AND week_start = ? AND product = ?',
    )
    .pluck();
  const addContext = handle.prepare(`INSERT INTO source_contexts
    (last_update, tier_text, week_start, product, tier, update_date, product_type) VALUES (?, ?, ?, ?, ?, ?, ?)`);

  const venueKey = (venue: ReturnType<typeof readVenue>): number | null => {
    if (venue === null) return null;
    const known = findVenue.get(venue.venueType, venue.mpid) as number | undefined;
    return known ?? Number(addVenue.run(venue.venueType, venue.mpid).lastInsertRowid);
  };
  return {
    findIssue: (symbol: string, name: string) => findIssue.get(symbol, name) as number | undefined,
    newestIssue: () => newestIssue.get() as number,
    party: (text: PartyText): number => {
      const texts = [text.mpid, text.name, text.firmCrd, text.summaryType];
      const known = findParty.get(...texts) as number | undefined;
      if (known !== undefined) return known;
      const venue = readVenue(text);
      const readings = [venue?.venueType ?? null, venueKey(venue), trimText(text.name)];
      return Number(addParty.run(...texts, ...readings).lastInsertRowid);
    },
    context: (text: ContextText): number => {
      const texts = [text.lastUpdate, text.tier, text.weekStart, text.product];
      const known = findContext.get(...texts) as number | undefined;
      if (known !== undefined) return known;
      const readings = [tierOf(text.tier), readUpdateDate(text.lastUpdate), trimText(text.product)];
      return Number(addContext.run(...texts, ...readings).lastInsertRowid);
    },
  };
}
