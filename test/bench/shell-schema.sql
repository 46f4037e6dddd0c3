-- What a careful hand-written load keeps: the same tables as the views analysts read, each row with its capture's id as
-- text, each table with its natural key unique.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;

CREATE TABLE captures (
  capture_id TEXT PRIMARY KEY,
  week_ending TEXT NOT NULL,
  tier TEXT NOT NULL,
  captured_at TEXT NOT NULL,
  superseded_at TEXT
);
CREATE INDEX captures_partition ON captures (week_ending, tier);

CREATE TABLE raw (
  capture_id TEXT NOT NULL,
  line_number INTEGER NOT NULL,
  tier_text TEXT, symbol TEXT, issue_name TEXT, venue_name TEXT, mpid TEXT,
  total_shares TEXT, total_trades TEXT, source_last_update_date TEXT,
  PRIMARY KEY (capture_id, line_number)
) WITHOUT ROWID;
CREATE TABLE normalized (
  capture_id TEXT NOT NULL,
  venue_type TEXT NOT NULL,
  symbol TEXT NOT NULL,
  issue_name TEXT NOT NULL,
  mpid TEXT NOT NULL,
  venue_name TEXT NOT NULL,
  total_shares INTEGER NOT NULL,
  total_trades INTEGER NOT NULL,
  source_last_update_date TEXT NOT NULL,
  PRIMARY KEY (capture_id, symbol, issue_name, venue_type, mpid)
) WITHOUT ROWID;
CREATE TABLE venue_volume (
  capture_id TEXT NOT NULL,
  venue_type TEXT NOT NULL,
  symbol TEXT NOT NULL,
  issue_name TEXT NOT NULL,
  mpid TEXT NOT NULL,
  total_shares INTEGER NOT NULL,
  total_trades INTEGER NOT NULL,
  PRIMARY KEY (capture_id, symbol, issue_name, venue_type, mpid)
) WITHOUT ROWID;
CREATE TABLE venue_share (
  capture_id TEXT NOT NULL,
  venue_type TEXT NOT NULL,
  symbol TEXT NOT NULL,
  issue_name TEXT NOT NULL,
  mpid TEXT NOT NULL,
  venue_shares INTEGER NOT NULL,
  symbol_shares INTEGER NOT NULL,
  venue_share REAL NOT NULL,
  PRIMARY KEY (capture_id, symbol, issue_name, venue_type, mpid)
) WITHOUT ROWID;
CREATE TABLE hhi (
  capture_id TEXT NOT NULL,
  venue_type TEXT NOT NULL,
  symbol TEXT NOT NULL,
  issue_name TEXT NOT NULL,
  hhi REAL NOT NULL,
  venue_count INTEGER NOT NULL,
  symbol_shares INTEGER NOT NULL,
  PRIMARY KEY (capture_id, symbol, issue_name, venue_type)
) WITHOUT ROWID;
CREATE TABLE tier_split (
  capture_id TEXT NOT NULL,
  tier TEXT NOT NULL,
  venue_type TEXT NOT NULL,
  symbol TEXT NOT NULL,
  issue_name TEXT NOT NULL,
  tier_shares INTEGER NOT NULL,
  symbol_shares INTEGER NOT NULL,
  tier_share REAL NOT NULL,
  PRIMARY KEY (capture_id, symbol, issue_name, venue_type, tier)
) WITHOUT ROWID;

-- The views have the names of the command's own, so that both databases can be asked the same.
CREATE VIEW finra_otc_transparency_raw AS
  SELECT c.week_ending, c.tier, c.captured_at, c.superseded_at, t.*
  FROM captures AS c JOIN raw AS t ON t.capture_id = c.capture_id;
CREATE VIEW finra_otc_transparency_raw_latest AS
  SELECT * FROM finra_otc_transparency_raw WHERE superseded_at IS NULL;
CREATE VIEW finra_otc_transparency_normalized AS
  SELECT c.week_ending, c.tier, c.captured_at, c.superseded_at, t.*
  FROM captures AS c JOIN normalized AS t ON t.capture_id = c.capture_id;
CREATE VIEW finra_otc_transparency_normalized_latest AS
  SELECT * FROM finra_otc_transparency_normalized WHERE superseded_at IS NULL;
CREATE VIEW finra_otc_transparency_venue_volume AS
  SELECT c.week_ending, c.tier, c.captured_at, c.superseded_at, t.*
  FROM captures AS c JOIN venue_volume AS t ON t.capture_id = c.capture_id;
CREATE VIEW finra_otc_transparency_venue_volume_latest AS
  SELECT * FROM finra_otc_transparency_venue_volume WHERE superseded_at IS NULL;
CREATE VIEW finra_otc_transparency_venue_share AS
  SELECT c.week_ending, c.tier, c.captured_at, c.superseded_at, t.*
  FROM captures AS c JOIN venue_share AS t ON t.capture_id = c.capture_id;
CREATE VIEW finra_otc_transparency_venue_share_latest AS
  SELECT * FROM finra_otc_transparency_venue_share WHERE superseded_at IS NULL;
CREATE VIEW finra_otc_transparency_hhi AS
  SELECT c.week_ending, c.tier, c.captured_at, c.superseded_at, t.*
  FROM captures AS c JOIN hhi AS t ON t.capture_id = c.capture_id;
CREATE VIEW finra_otc_transparency_hhi_latest AS
  SELECT * FROM finra_otc_transparency_hhi WHERE superseded_at IS NULL;
CREATE VIEW finra_otc_transparency_tier_split AS
  SELECT c.week_ending, c.captured_at, c.superseded_at, t.*
  FROM captures AS c JOIN tier_split AS t ON t.capture_id = c.capture_id;
CREATE VIEW finra_otc_transparency_tier_split_latest AS
  SELECT * FROM finra_otc_transparency_tier_split WHERE superseded_at IS NULL;

-- Where `.import` puts a file: in memory, columns as FINRA's header has them.
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE incoming (
  tier_text TEXT, symbol TEXT, issue_name TEXT, venue_name TEXT, mpid TEXT, total_shares TEXT, total_trades TEXT,
  last_update TEXT
);
