import { type Kysely, sql } from 'kysely';

/** The tables of DESIGN sections 5 and 6. */
// biome-ignore lint/suspicious/noExplicitAny: a frozen migration must not follow the types of later schemas
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of TABLES) await sql.raw(statement).execute(db);
}

const TABLES = [
  `CREATE TABLE core_scheduler_runs (
    run_id TEXT PRIMARY KEY,
    run_date TEXT NOT NULL,
    options_json TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    version TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    status TEXT NOT NULL CHECK (status IN ('running', 'success', 'partial', 'critical', 'interrupted')),
    exit_code INTEGER,
    counts_json TEXT,
    error_json TEXT
  )`,
  'CREATE INDEX core_scheduler_runs_started ON core_scheduler_runs (started_at)',

  `CREATE TABLE core_work_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    partition_key TEXT NOT NULL,
    params_json TEXT NOT NULL,
    desired_at TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 50,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'RUNNING', 'RETRY_WAIT', 'COMPLETE', 'FAILED', 'CANCELLED')),
    attempt_count INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    last_error TEXT,
    last_error_at TEXT,
    next_attempt_at TEXT,
    current_execution_id INTEGER,
    latest_execution_id INTEGER,
    locked_by TEXT,
    locked_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    completed_at TEXT,
    UNIQUE (domain, pipeline, partition_key)
  )`,
  `CREATE INDEX core_work_items_open ON core_work_items (state, desired_at)
    WHERE state IN ('PENDING', 'RUNNING', 'RETRY_WAIT', 'FAILED')`,

  `CREATE TABLE core_executions (
    execution_id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id INTEGER NOT NULL REFERENCES core_work_items (id),
    run_id TEXT,
    attempt INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT CHECK (outcome IN ('complete', 'failed', 'retry_wait', 'deferred', 'released')),
    error TEXT,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL
  )`,
  'CREATE INDEX core_executions_item ON core_executions (item_id)',

  // AUTOINCREMENT: a key names one capture for ever, so that the manifest's identity test cannot meet a reused key.
  `CREATE TABLE core_captures (
    capture_key INTEGER PRIMARY KEY AUTOINCREMENT,
    capture_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    week_ending TEXT NOT NULL,
    tier TEXT NOT NULL CHECK (tier IN ('NMS_TIER_1', 'NMS_TIER_2', 'OTC', 'ALL_TIERS')),
    state TEXT NOT NULL CHECK (state IN ('staged', 'accepted', 'rejected')),
    content_hash TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('file', 'api', 'derived')),
    locator TEXT NOT NULL,
    summary_types TEXT NOT NULL,
    run_date TEXT NOT NULL,
    source_last_update_date TEXT,
    ingested_at TEXT NOT NULL,
    captured_at TEXT,
    superseded_at TEXT,
    byte_count INTEGER NOT NULL,
    raw_count INTEGER NOT NULL,
    normalized_count INTEGER,
    reject_count INTEGER,
    symbol_count INTEGER,
    venue_count INTEGER,
    total_shares INTEGER,
    total_trades INTEGER,
    inputs_json TEXT,
    CHECK ((state = 'accepted') = (captured_at IS NOT NULL)),
    CHECK (superseded_at IS NULL OR superseded_at > captured_at)
  )`,
  "CREATE UNIQUE INDEX core_captures_accepted ON core_captures (capture_id) WHERE state = 'accepted'",
  `CREATE UNIQUE INDEX core_captures_candidate ON core_captures (capture_id)
    WHERE state IN ('staged', 'rejected')`,
  `CREATE UNIQUE INDEX core_captures_latest ON core_captures (week_ending, tier, domain)
    WHERE state = 'accepted' AND superseded_at IS NULL`,
  'CREATE INDEX core_captures_partition ON core_captures (week_ending, tier, domain)',

  `CREATE TABLE core_manifest (
    domain TEXT NOT NULL,
    partition_key TEXT NOT NULL,
    stage TEXT NOT NULL,
    stage_rank INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    capture_id TEXT NOT NULL,
    capture_key INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    calc_version INTEGER,
    execution_id INTEGER,
    metrics_json TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (domain, partition_key, stage)
  ) WITHOUT ROWID`,
  'CREATE INDEX core_manifest_capture ON core_manifest (capture_key, stage)',

  // Which calcs a capture has, and of which version: what the views of superseded captures go by.
  `CREATE TABLE core_capture_calcs (
    capture_key INTEGER NOT NULL REFERENCES core_captures (capture_key),
    stage TEXT NOT NULL,
    calc_version INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    PRIMARY KEY (capture_key, stage)
  ) WITHOUT ROWID`,

  `CREATE TABLE core_anomalies (
    anomaly_id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('INFO', 'WARN', 'ERROR', 'CRITICAL')),
    category TEXT NOT NULL,
    partition_key TEXT NOT NULL DEFAULT '',
    stage TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL,
    occurrences INTEGER NOT NULL DEFAULT 1,
    run_id TEXT,
    detected_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    resolved_at TEXT,
    resolution TEXT
  )`,
  `CREATE UNIQUE INDEX core_anomalies_open ON core_anomalies (domain, partition_key, stage, category)
    WHERE resolved_at IS NULL`,

  `CREATE TABLE core_data_readiness (
    domain TEXT NOT NULL,
    week_ending TEXT NOT NULL,
    is_ready INTEGER NOT NULL,
    blockers_json TEXT NOT NULL,
    awaited_until TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (domain, week_ending)
  ) WITHOUT ROWID`,

  // Repeated texts, stored once. An issue points at its trimmed twin, mostly itself; at none where the symbol is missing.
  `CREATE TABLE issues (
    issue_key INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL,
    issue_name TEXT NOT NULL,
    trimmed_key INTEGER,
    UNIQUE (symbol, issue_name)
  )`,
  `CREATE TABLE venues (
    venue_key INTEGER PRIMARY KEY,
    venue_type TEXT NOT NULL CHECK (venue_type IN ('ATS', 'NON_ATS')),
    mpid TEXT NOT NULL,
    UNIQUE (venue_type, mpid)
  )`,
  // A reporting party as rows write it; the venue it is read as is null where the MPID is missing.
  `CREATE TABLE source_parties (
    party_key INTEGER PRIMARY KEY,
    summary_type TEXT NOT NULL,
    mpid TEXT NOT NULL,
    firm_crd TEXT NOT NULL,
    name TEXT NOT NULL,
    venue_type TEXT,
    venue_key INTEGER,
    venue_name TEXT NOT NULL,
    UNIQUE (mpid, name, firm_crd, summary_type)
  )`,
  // What the rows of one file share, as written and as read.
  `CREATE TABLE source_contexts (
    context_key INTEGER PRIMARY KEY,
    tier_text TEXT NOT NULL,
    week_start TEXT NOT NULL,
    last_update TEXT NOT NULL,
    product TEXT NOT NULL,
    tier TEXT,
    update_date TEXT,
    product_type TEXT NOT NULL,
    UNIQUE (last_update, tier_text, week_start, product)
  )`,

  // Quantities are INTEGER where the source wrote canonical digits and otherwise a blob of the source's text, which
  // column affinity leaves alone.
  `CREATE TABLE raw_rows (
    capture_key INTEGER NOT NULL REFERENCES core_captures (capture_key),
    line_number INTEGER NOT NULL,
    issue_key INTEGER,
    party_key INTEGER,
    context_key INTEGER,
    total_shares INTEGER,
    total_trades INTEGER,
    notional INTEGER,
    PRIMARY KEY (capture_key, line_number)
  ) WITHOUT ROWID`,
  // The text of rows that their fields do not rebuild.
  `CREATE TABLE raw_texts (
    capture_key INTEGER NOT NULL REFERENCES core_captures (capture_key),
    line_number INTEGER NOT NULL,
    raw_text TEXT NOT NULL,
    PRIMARY KEY (capture_key, line_number)
  ) WITHOUT ROWID`,
  `CREATE TABLE reject_rows (
    capture_key INTEGER NOT NULL REFERENCES core_captures (capture_key),
    line_number INTEGER NOT NULL,
    reject_code TEXT NOT NULL,
    raw_text TEXT NOT NULL,
    PRIMARY KEY (capture_key, line_number)
  ) WITHOUT ROWID`,
  // The key's order is that of every calc's groups, which spares them a sort.
  `CREATE TABLE normalized_rows (
    capture_key INTEGER NOT NULL REFERENCES core_captures (capture_key),
    issue_key INTEGER NOT NULL,
    venue_type TEXT NOT NULL,
    venue_key INTEGER NOT NULL,
    product_type TEXT NOT NULL,
    party_key INTEGER NOT NULL,
    context_key INTEGER NOT NULL,
    total_shares INTEGER NOT NULL,
    total_trades INTEGER NOT NULL,
    notional INTEGER,
    PRIMARY KEY (capture_key, issue_key, venue_type, venue_key, product_type)
  ) WITHOUT ROWID`,
  // Venue volumes of the few (issue, venue) pairs that have several product types; all others are their one row.
  `CREATE TABLE merged_volumes (
    capture_key INTEGER NOT NULL REFERENCES core_captures (capture_key),
    issue_key INTEGER NOT NULL,
    venue_key INTEGER NOT NULL,
    first_product_type TEXT NOT NULL,
    total_shares INTEGER NOT NULL,
    total_trades INTEGER NOT NULL,
    PRIMARY KEY (capture_key, issue_key, venue_key)
  ) WITHOUT ROWID`,
  // A symbol's shares in a capture, over so many venues: what its venue shares are shares of.
  `CREATE TABLE symbol_totals (
    capture_key INTEGER NOT NULL REFERENCES core_captures (capture_key),
    issue_key INTEGER NOT NULL,
    venue_type TEXT NOT NULL,
    symbol_shares INTEGER NOT NULL,
    venue_count INTEGER NOT NULL,
    PRIMARY KEY (capture_key, issue_key, venue_type)
  ) WITHOUT ROWID`,
  `CREATE TABLE hhi_rows (
    capture_key INTEGER NOT NULL REFERENCES core_captures (capture_key),
    issue_key INTEGER NOT NULL,
    venue_type TEXT NOT NULL,
    hhi REAL NOT NULL,
    PRIMARY KEY (capture_key, issue_key, venue_type)
  ) WITHOUT ROWID`,
  `CREATE TABLE tier_split_rows (
    capture_key INTEGER NOT NULL REFERENCES core_captures (capture_key),
    issue_key INTEGER NOT NULL,
    venue_type TEXT NOT NULL,
    tier TEXT NOT NULL,
    tier_shares INTEGER NOT NULL,
    symbol_shares INTEGER NOT NULL,
    PRIMARY KEY (capture_key, issue_key, venue_type, tier)
  ) WITHOUT ROWID`,
];
