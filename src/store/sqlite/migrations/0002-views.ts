import { type Kysely, sql } from 'kysely';

/** The views analysts read (DESIGN section 5). */
// biome-ignore lint/suspicious/noExplicitAny: a frozen migration must not follow the types of later schemas
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [REJECTS, ...rowViews(), ...calcViews()]) await sql.raw(statement).execute(db);
}

const PREFIX = 'finra_otc_transparency_';
const CLOCKS = 'c.capture_id, c.captured_at, c.superseded_at';
const LATEST = 'c.superseded_at IS NULL';

const REJECTS = `CREATE VIEW core_rejects AS
  SELECT r.reject_code, r.line_number, r.raw_text, c.capture_id, c.week_ending, c.tier, c.state AS capture_state,
    c.capture_key
  FROM core_captures c JOIN reject_rows r ON r.capture_key = c.capture_key`;

const RAW = `SELECT c.week_ending, c.tier,
    p.venue_type,
    i.symbol, i.issue_name, p.mpid, p.name AS venue_name, p.firm_crd, x.tier_text, x.product AS product_type,
    CAST(r.total_shares AS TEXT) AS total_shares, CAST(r.total_trades AS TEXT) AS total_trades,
    CAST(r.notional AS TEXT) AS notional, x.last_update AS source_last_update_date, r.line_number, t.raw_text,
    c.state AS capture_state, ${CLOCKS}
  FROM core_captures c
    JOIN raw_rows r ON r.capture_key = c.capture_key
    LEFT JOIN issues i ON i.issue_key = r.issue_key
    LEFT JOIN source_parties p ON p.party_key = r.party_key
    LEFT JOIN source_contexts x ON x.context_key = r.context_key
    LEFT JOIN raw_texts t ON t.capture_key = r.capture_key AND t.line_number = r.line_number`;

const NORMALIZED = `SELECT c.week_ending, c.tier, n.venue_type, i.symbol, i.issue_name, v.mpid, p.venue_name,
    n.product_type, n.total_shares, n.total_trades, n.notional, x.update_date AS source_last_update_date, ${CLOCKS}
  FROM core_captures c
    JOIN normalized_rows n ON n.capture_key = c.capture_key
    JOIN issues i ON i.issue_key = n.issue_key
    JOIN venues v ON v.venue_key = n.venue_key
    JOIN source_parties p ON p.party_key = n.party_key
    JOIN source_contexts x ON x.context_key = n.context_key
  WHERE c.state = 'accepted'`;

function rowViews(): string[] {
  return [
    `CREATE VIEW ${PREFIX}raw AS ${RAW}`,
    `CREATE VIEW ${PREFIX}raw_latest AS ${RAW} WHERE c.state = 'accepted' AND ${LATEST}`,
    `CREATE VIEW ${PREFIX}normalized AS ${NORMALIZED}`,
    `CREATE VIEW ${PREFIX}normalized_latest AS ${NORMALIZED} AND ${LATEST}`,
  ];
}

// Normalized rows are venue volumes but for the pairs in merged_volumes, whose first product type stands for all. A
// later version of a calc adds its own branch here, by core_capture_calcs.calc_version, so that superseded captures
// keep the figures they had.
const VOLUME_JOINS = `FROM core_captures c
    JOIN core_capture_calcs k ON k.capture_key = c.capture_key AND k.stage = 'STAGE'
    JOIN normalized_rows n ON n.capture_key = c.capture_key
    JOIN issues i ON i.issue_key = n.issue_key
    JOIN venues v ON v.venue_key = n.venue_key
    LEFT JOIN merged_volumes g
      ON g.capture_key = n.capture_key AND g.issue_key = n.issue_key AND g.venue_key = n.venue_key`;
const ONE_ROW_PER_VENUE = '(g.capture_key IS NULL OR g.first_product_type = n.product_type)';
const IDENTITY = 'c.week_ending, c.tier, n.venue_type, i.symbol, i.issue_name, v.mpid';

const VENUE_VOLUME = `SELECT ${IDENTITY}, coalesce(g.total_shares, n.total_shares) AS total_shares,
    coalesce(g.total_trades, n.total_trades) AS total_trades, ${CLOCKS}
  ${VOLUME_JOINS.replace('STAGE', 'VENUE_VOLUME')} MANIFEST
  WHERE c.state = 'accepted' AND ${ONE_ROW_PER_VENUE}`;

const VENUE_SHARE = `SELECT ${IDENTITY}, coalesce(g.total_shares, n.total_shares) AS venue_shares, t.symbol_shares,
    CAST(coalesce(g.total_shares, n.total_shares) AS REAL) / t.symbol_shares AS venue_share, ${CLOCKS}
  ${VOLUME_JOINS.replace('STAGE', 'VENUE_SHARE')}
    JOIN symbol_totals t
      ON t.capture_key = n.capture_key AND t.issue_key = n.issue_key AND t.venue_type = n.venue_type MANIFEST
  WHERE c.state = 'accepted' AND ${ONE_ROW_PER_VENUE}`;

const HHI = `SELECT c.week_ending, c.tier, h.venue_type, i.symbol, i.issue_name, h.hhi, t.venue_count, t.symbol_shares,
    ${CLOCKS}
  FROM core_captures c
    JOIN hhi_rows h ON h.capture_key = c.capture_key
    JOIN issues i ON i.issue_key = h.issue_key
    JOIN symbol_totals t
      ON t.capture_key = h.capture_key AND t.issue_key = h.issue_key AND t.venue_type = h.venue_type MANIFEST
  WHERE c.state = 'accepted'`;

const TIER_SPLIT = `SELECT c.week_ending, s.tier, s.venue_type, i.symbol, i.issue_name, s.tier_shares, s.symbol_shares,
    CAST(s.tier_shares AS REAL) / s.symbol_shares AS tier_share, ${CLOCKS}
  FROM core_captures c
    JOIN tier_split_rows s ON s.capture_key = c.capture_key
    JOIN issues i ON i.issue_key = s.issue_key MANIFEST
  WHERE c.state = 'accepted'`;

function calcViews(): string[] {
  const calcs: Array<[name: string, stage: string, select: string]> = [
    ['venue_volume', 'VENUE_VOLUME', VENUE_VOLUME],
    ['venue_share', 'VENUE_SHARE', VENUE_SHARE],
    ['hhi', 'HHI', HHI],
    ['tier_split', 'TIER_SPLIT', TIER_SPLIT],
  ];
  return calcs.flatMap(([name, stage, select]) => [
    `CREATE VIEW ${PREFIX}${name} AS ${select.replace('MANIFEST', '')}`,
    `CREATE VIEW ${PREFIX}${name}_latest AS ${select.replace(
      'MANIFEST',
      `JOIN core_manifest m ON m.capture_key = c.capture_key AND m.stage = '${stage}'`,
    )}`,
  ]);
}
