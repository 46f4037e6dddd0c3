import { OFFICIAL_HEADER } from '../../src/finra/columns.ts';

/** FINRA's fields, in the order its data set describes them. */
export const FIELDS = [
  'issueSymbolIdentifier',
  'issueName',
  'firmCRDNumber',
  'MPID',
  'marketParticipantName',
  'tierIdentifier',
  'tierDescription',
  'summaryStartDate',
  'weekStartDate',
  'totalWeeklyTradeCount',
  'totalWeeklyShareQuantity',
  'totalNotionalSum',
  'productTypeCode',
  'summaryTypeCode',
  'initialPublishedDate',
  'lastReportedDate',
  'lastUpdateDate',
] as const;

export type Field = (typeof FIELDS)[number];

/** A row of the stand-in; numbers are text, written out as they stand. */
export type StandInRow = Readonly<Record<Field, string | null>>;

const TIERS: Readonly<Record<string, string>> = { 'NMS Tier 1': 'T1', 'NMS Tier 2': 'T2', OTC: 'OTCE', OTCE: 'OTCE' };

const DESCRIPTIONS: Readonly<Record<string, string>> = { T1: 'NMS Tier 1', T2: 'NMS Tier 2', OTCE: 'OTC', OTC: 'OTC' };

/** A row of the week that starts on Monday 2025-12-15, with `given` in place of its fields. */
export function apiRow(given: Partial<Record<Field, string | null>>): StandInRow {
  const weekStart = given.weekStartDate ?? '2025-12-15';
  const tier = given.tierIdentifier ?? 'T1';
  return {
    issueSymbolIdentifier: 'AAPL',
    issueName: 'Apple Inc. Common Stock',
    firmCRDNumber: '104031',
    MPID: 'UBSA',
    marketParticipantName: 'UBSA UBS ATS',
    tierIdentifier: tier,
    tierDescription: DESCRIPTIONS[tier] ?? tier,
    summaryStartDate: weekStart,
    weekStartDate: weekStart,
    totalWeeklyTradeCount: '12',
    totalWeeklyShareQuantity: '1500',
    totalNotionalSum: null,
    productTypeCode: null,
    summaryTypeCode: 'ATS_W_SMBL_FIRM',
    initialPublishedDate: '2026-01-05',
    lastReportedDate: '2026-01-05',
    lastUpdateDate: '2026-01-05',
    ...given,
  };
}

/** `count` ATS rows that differ in their symbols, S0000 and on. */
export function manyRows(count: number, given: Partial<Record<Field, string | null>> = {}): StandInRow[] {
  return Array.from({ length: count }, (_, index) => {
    const symbol = `S${String(index).padStart(4, '0')}`;
    return apiRow({ issueSymbolIdentifier: symbol, totalWeeklyShareQuantity: String(100 + index), ...given });
  });
}

/** The rows of a file in FINRA's official form as the API holds them, for the week that starts on `weekStart`. */
export function rowsOfOfficialFile(text: string, weekStart: string): StandInRow[] {
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  if (header !== OFFICIAL_HEADER.join('|')) throw new Error(`not the official header: ${header}`);
  return lines.map((line) => {
    const values = line.split('|');
    if (values.length !== OFFICIAL_HEADER.length) throw new Error(`not an official row: ${line}`);
    const given = Object.fromEntries(OFFICIAL_HEADER.map((column, index) => [column, values[index] ?? '']));
    return apiRow({
      ...given,
      tierIdentifier: TIERS[given.tierDescription ?? ''] ?? 'NA',
      weekStartDate: weekStart,
      firmCRDNumber: crdNumber(given.MPID ?? ''),
    });
  });
}

/** FINRA's roll-ups of `rows`: per symbol, per firm, and of the whole partition, ATS and non-ATS each. */
export function rollUps(rows: readonly StandInRow[]): StandInRow[] {
  const byType = [...grouped(rows, (row) => [row.summaryTypeCode, row.weekStartDate, row.tierIdentifier])];
  return byType.flatMap((group) => {
    const family = group[0]?.summaryTypeCode?.slice(0, 3) ?? 'ATS';
    const symbols = grouped(group, (row) => [row.issueSymbolIdentifier, row.issueName, row.productTypeCode]);
    const firms = grouped(group, (row) => [row.MPID, row.firmCRDNumber]);
    return [
      ...symbols.map((part) => total(part, `${family}_W_SMBL`, NO_FIRM)),
      ...firms.map((part) => total(part, `${family}_W_FIRM`, NO_ISSUE)),
      total(group, `${family}_W_VOL_STATS`, { ...NO_FIRM, ...NO_ISSUE }),
    ];
  });
}

const NO_FIRM = { MPID: null, firmCRDNumber: null, marketParticipantName: null };

const NO_ISSUE = { issueSymbolIdentifier: null, issueName: null, productTypeCode: null };

function total(rows: readonly StandInRow[], summaryTypeCode: string, without: Partial<StandInRow>): StandInRow {
  const sum = (field: Field) => fromMicros(rows.reduce((all, row) => all + toMicros(row[field] ?? '0'), 0n));
  return apiRow({
    ...rows[0],
    ...without,
    summaryTypeCode,
    totalWeeklyShareQuantity: sum('totalWeeklyShareQuantity'),
    totalWeeklyTradeCount: sum('totalWeeklyTradeCount'),
  });
}

function grouped(rows: readonly StandInRow[], keyOf: (row: StandInRow) => (string | null)[]): StandInRow[][] {
  const groups = new Map<string, StandInRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function toMicros(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.slice(0, 6).padEnd(6, '0'));
}

function fromMicros(micros: bigint): string {
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(micros / 1_000_000n) : `${micros / 1_000_000n}.${fraction}`;
}

// Stable, and different for the MPIDs of one file.
function crdNumber(mpid: string): string {
  return String([...mpid].reduce((number, letter) => number * 61 + letter.charCodeAt(0), 7));
}
