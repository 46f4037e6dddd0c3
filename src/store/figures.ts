import { type Compilable, sql } from 'kysely';
import type { Stage } from '../domain/stage.ts';
import type { Store } from './store.ts';

/** A set of figures of a capture, as analysts see it: what a row is told by, and what it says. */
export interface FigureTable {
  /** A public view. */
  readonly name: string;
  /** The stage that made it. */
  readonly stage: Stage;
  readonly key: readonly string[];
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
}

/** A row of figures: values by column, numbers as the text that says them exactly. */
export type FigureRow = Readonly<Record<string, string | number | null>>;

const PREFIX = 'finra_otc_transparency_';
const ISSUE = ['venue_type', 'symbol', 'issue_name'] as const;
const VENUE = [...ISSUE, 'mpid'] as const;

/** The sets of figures that a capture alone decides (DESIGN section 5). */
export const FIGURE_TABLES: readonly FigureTable[] = [
  {
    name: `${PREFIX}raw`,
    stage: 'RAW',
    key: ['line_number'],
    texts: [
      ...VENUE,
      ...['venue_name', 'firm_crd', 'tier_text', 'product_type', 'total_shares', 'total_trades', 'notional'],
      ...['source_last_update_date', 'raw_text'],
    ],
    numbers: [],
  },
  { name: 'core_rejects', stage: 'NORMALIZED', key: ['line_number'], texts: ['reject_code', 'raw_text'], numbers: [] },
  {
    name: `${PREFIX}normalized`,
    stage: 'NORMALIZED',
    key: [...VENUE, 'product_type'],
    texts: ['venue_name', 'source_last_update_date'],
    numbers: ['total_shares', 'total_trades', 'notional'],
  },
  {
    name: `${PREFIX}venue_volume`,
    stage: 'VENUE_VOLUME',
    key: VENUE,
    texts: [],
    numbers: ['total_shares', 'total_trades'],
  },
  {
    name: `${PREFIX}venue_share`,
    stage: 'VENUE_SHARE',
    key: VENUE,
    texts: [],
    numbers: ['venue_shares', 'symbol_shares', 'venue_share'],
  },
  { name: `${PREFIX}hhi`, stage: 'HHI', key: ISSUE, texts: [], numbers: ['hhi', 'venue_count', 'symbol_shares'] },
  {
    name: 'core_captures',
    stage: 'NORMALIZED',
    key: ['capture_id'],
    texts: ['content_hash', 'summary_types', 'source_last_update_date'],
    numbers: [
      ...['byte_count', 'raw_count', 'normalized_count', 'reject_count', 'symbol_count', 'venue_count'],
      ...['total_shares', 'total_trades'],
    ],
  },
];

const STATE_COLUMNS: Readonly<Record<string, string>> = {
  [`${PREFIX}raw`]: 'capture_state',
  core_rejects: 'capture_state',
  core_captures: 'state',
};

/** The rows of one set of an accepted capture, in the order of its key and in batches. */
export function figuresOf(
  { db, batches }: Pick<Store, 'db' | 'batches'>,
  table: FigureTable,
  captureId: string,
): AsyncIterable<readonly FigureRow[]> {
  const columns = [...table.key, ...table.texts].map((name) => sql.ref(name).as(name));
  const numbers = table.numbers.map((name) => sql`CAST(${sql.ref(name)} AS TEXT)`.as(name));
  const state = STATE_COLUMNS[table.name];
  const rows = db
    .selectFrom(sql`${sql.table(table.name)}`.as('figures'))
    .select([...columns, ...numbers])
    .where(sql.ref('capture_id'), '=', captureId)
    .$if(state !== undefined, (query) => query.where(sql.ref(state ?? ''), '=', 'accepted'));
  const ordered = table.key.reduce((query, name) => query.orderBy(sql.ref(name)), rows);
  return batches(ordered as unknown as Compilable<FigureRow>);
}
