import { type Kysely, sql } from 'kysely';

/**
 * Views that read faster: whether product types were merged is asked once for each capture and not for each of its rows, and
 * a capture is found first and its rows by its key, whatever a query asks for.
 */
// biome-ignore lint/suspicious/noExplicitAny: a frozen migration must not follow the types of later schemas
export async function up(db: Kysely<any>): Promise<void> {
  for (const { name, all, latest } of VIEWS) {
    for (const view of [name, `${name}_latest`]) await sql.raw(`DROP VIEW ${PREFIX}${view}`).execute(db);
    await sql.raw(`CREATE VIEW ${PREFIX}${name} AS ${all}`).execute(db);
    await sql.raw(`CREATE VIEW ${PREFIX}${name}_latest AS ${latest}`).execute(db);
  }
}

const PREFIX = 'finra_otc_transparency_';
const CLOCKS = 'c.capture_id, c.captured_at, c.superseded_at';

// The plus sign keeps SQLite from starting at the rows, which it would try for each capture key there is.
const OF_CAPTURE = 'capture_key = +c.capture_key';

const hasCalc = (stage: string) =>
  `JOIN core_capture_calcs k ON k.capture_key = c.capture_key AND k.stage = '${stage}'`;
const isLatest = (stage: string) => `JOIN core_manifest m ON m.capture_key = c.capture_key AND m.stage = '${stage}'`;

const NORMALIZED = `SELECT c.week_ending, c.tier, n.venue_type, i.symbol, i.issue_name, v.mpid, p.venue_name,
    n.product_type, n.total_shares, n.total_trades, n.notional, x.update_date AS source_last_update_date, ${CLOCKS}
  FROM core_captures c
    JOIN normalized_rows n ON n.${OF_CAPTURE}
    JOIN issues i ON i.issue_key = n.issue_key
    JOIN venues v ON v.venue_key = n.venue_key
    JOIN source_parties p ON p.party_key = n.party_key
    JOIN source_contexts x ON x.context_key = n.context_key
  WHERE c.state = 'accepted'`;

// A capture with as many venue volumes as normalized rows has merged none, and no key to look for them by.
const HAS_MERGED = `LEFT JOIN core_capture_calcs u
      ON u.capture_key = c.capture_key AND u.stage = 'VENUE_VOLUME' AND u.row_count <> c.normalized_count`;
const MERGED = `LEFT JOIN merged_volumes g
      ON g.capture_key = u.capture_key AND g.issue_key = n.issue_key AND g.venue_key = n.venue_key`;
const ONE_ROW_PER_VENUE = '(g.capture_key IS NULL OR g.first_product_type = n.product_type)';

const venueVolume = (which: string) => `SELECT c.week_ending, c.tier, n.venue_type, i.symbol, i.issue_name, v.mpid,
    coalesce(g.total_shares, n.total_shares) AS total_shares,
    coalesce(g.total_trades, n.total_trades) AS total_trades, ${CLOCKS}
  FROM core_captures c
    ${which}
    ${HAS_MERGED}
    JOIN normalized_rows n ON n.${OF_CAPTURE}
    JOIN issues i ON i.issue_key = n.issue_key
    JOIN venues v ON v.venue_key = n.venue_key
    ${MERGED}
  WHERE c.state = 'accepted' AND ${ONE_ROW_PER_VENUE}`;

// CROSS JOIN: what stands before it is looked up first, and once for all venues of a symbol.
const venueShare = (which: string) => `SELECT c.week_ending, c.tier, n.venue_type, i.symbol, i.issue_name, v.mpid,
    coalesce(g.total_shares, n.total_shares) AS venue_shares, t.symbol_shares,
    CAST(coalesce(g.total_shares, n.total_shares) AS REAL) / t.symbol_shares AS venue_share, ${CLOCKS}
  FROM core_captures c
    ${which}
    ${HAS_MERGED}
    JOIN symbol_totals t ON t.${OF_CAPTURE}
    JOIN issues i ON i.issue_key = t.issue_key
    CROSS JOIN normalized_rows n
      ON n.capture_key = t.capture_key AND n.issue_key = t.issue_key AND n.venue_type = t.venue_type
    JOIN venues v ON v.venue_key = n.venue_key
    ${MERGED}
  WHERE c.state = 'accepted' AND ${ONE_ROW_PER_VENUE}`;

const hhi = (which: string) => `SELECT c.week_ending, c.tier, h.venue_type, i.symbol, i.issue_name, h.hhi,
    h.venue_count, h.symbol_shares, ${CLOCKS}
  FROM core_captures c
    JOIN hhi_rows h ON h.${OF_CAPTURE}
    JOIN issues i ON i.issue_key = h.issue_key
    ${which}
  WHERE c.state = 'accepted'`;

const tierSplit = (which: string) => `SELECT c.week_ending, s.tier, s.venue_type, i.symbol, i.issue_name, s.tier_shares,
    s.symbol_shares, CAST(s.tier_shares AS REAL) / s.symbol_shares AS tier_share, ${CLOCKS}
  FROM core_captures c
    JOIN tier_split_rows s ON s.${OF_CAPTURE}
    JOIN issues i ON i.issue_key = s.issue_key
    ${which}
  WHERE c.state = 'accepted' AND c.tier = 'ALL_TIERS'`;

const VIEWS = [
  { name: 'normalized', all: NORMALIZED, latest: `${NORMALIZED} AND c.superseded_at IS NULL` },
  { name: 'venue_volume', all: venueVolume(hasCalc('VENUE_VOLUME')), latest: venueVolume(isLatest('VENUE_VOLUME')) },
  { name: 'venue_share', all: venueShare(hasCalc('VENUE_SHARE')), latest: venueShare(isLatest('VENUE_SHARE')) },
  { name: 'hhi', all: hhi(''), latest: hhi(isLatest('HHI')) },
  { name: 'tier_split', all: tierSplit(''), latest: tierSplit(isLatest('TIER_SPLIT')) },
];
