import { type Kysely, sql } from 'kysely';

/**
 * Views that read faster: a symbol's HHI without a look-up of its totals for every row, and venue shares from the symbol's
 * totals to its venues, so that a symbol is looked up once and not once per venue.
 */
// biome-ignore lint/suspicious/noExplicitAny: a frozen migration must not follow the types of later schemas
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [...COLUMNS, FILL, ...views()]) await sql.raw(statement).execute(db);
}

const PREFIX = 'finra_otc_transparency_';
const CLOCKS = 'c.capture_id, c.captured_at, c.superseded_at';

const COLUMNS = [
  'ALTER TABLE hhi_rows ADD COLUMN venue_count INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE hhi_rows ADD COLUMN symbol_shares INTEGER NOT NULL DEFAULT 0',
];

const FILL = `UPDATE hhi_rows SET venue_count = t.venue_count, symbol_shares = t.symbol_shares
  FROM symbol_totals t
  WHERE t.capture_key = hhi_rows.capture_key AND t.issue_key = hhi_rows.issue_key AND t.venue_type = hhi_rows.venue_type`;

const HHI = `SELECT c.week_ending, c.tier, h.venue_type, i.symbol, i.issue_name, h.hhi, h.venue_count, h.symbol_shares,
    ${CLOCKS}
  FROM core_captures c
    JOIN hhi_rows h ON h.capture_key = c.capture_key
    JOIN issues i ON i.issue_key = h.issue_key MANIFEST
  WHERE c.state = 'accepted'`;

// CROSS JOIN: what stands before it is looked up first, and once for all venues of a symbol.
const VENUE_SHARE = `SELECT c.week_ending, c.tier, n.venue_type, i.symbol, i.issue_name, v.mpid,
    coalesce(g.total_shares, n.total_shares) AS venue_shares, t.symbol_shares,
    CAST(coalesce(g.total_shares, n.total_shares) AS REAL) / t.symbol_shares AS venue_share, ${CLOCKS}
  FROM core_captures c
    JOIN core_capture_calcs k ON k.capture_key = c.capture_key AND k.stage = 'VENUE_SHARE' MANIFEST
    JOIN symbol_totals t ON t.capture_key = c.capture_key
    JOIN issues i ON i.issue_key = t.issue_key
    CROSS JOIN normalized_rows n
      ON n.capture_key = t.capture_key AND n.issue_key = t.issue_key AND n.venue_type = t.venue_type
    JOIN venues v ON v.venue_key = n.venue_key
    LEFT JOIN merged_volumes g
      ON g.capture_key = n.capture_key AND g.issue_key = n.issue_key AND g.venue_key = n.venue_key
  WHERE c.state = 'accepted' AND (g.capture_key IS NULL OR g.first_product_type = n.product_type)`;

function views(): string[] {
  const changed: Array<[name: string, stage: string, select: string]> = [
    ['venue_share', 'VENUE_SHARE', VENUE_SHARE],
    ['hhi', 'HHI', HHI],
  ];
  return changed.flatMap(([name, stage, select]) => [
    `DROP VIEW ${PREFIX}${name}`,
    `DROP VIEW ${PREFIX}${name}_latest`,
    `CREATE VIEW ${PREFIX}${name} AS ${select.replace('MANIFEST', '')}`,
    `CREATE VIEW ${PREFIX}${name}_latest AS ${select.replace(
      'MANIFEST',
      `JOIN core_manifest m ON m.capture_key = c.capture_key AND m.stage = '${stage}'`,
    )}`,
  ]);
}
