-- One partition's tables, from `incoming`: one statement a table. The header is line 1 of the file.
INSERT INTO captures VALUES (:capture_id, :week_ending, :tier, strftime('%Y-%m-%d %H:%M:%f', 'now'), NULL);

INSERT INTO raw
SELECT :capture_id, rowid + 1, tier_text, symbol, issue_name, venue_name, mpid, total_shares, total_trades, last_update
FROM incoming;

INSERT INTO normalized
SELECT capture_id, 'ATS', trim(symbol), trim(issue_name), trim(mpid), trim(venue_name), CAST(total_shares AS INTEGER),
  CAST(total_trades AS INTEGER), trim(source_last_update_date)
FROM raw
WHERE capture_id = :capture_id AND trim(symbol) <> '' AND trim(mpid) <> ''
  AND total_shares <> '' AND total_shares NOT GLOB '*[^0-9]*'
  AND total_trades <> '' AND total_trades NOT GLOB '*[^0-9]*'
  AND (CAST(total_shares AS INTEGER) > 0 OR CAST(total_trades AS INTEGER) > 0)
  AND tier_text = :tier_text;

INSERT INTO venue_volume
SELECT capture_id, venue_type, symbol, issue_name, mpid, sum(total_shares), sum(total_trades)
FROM normalized WHERE capture_id = :capture_id
GROUP BY capture_id, symbol, issue_name, venue_type, mpid;

INSERT INTO venue_share
SELECT v.capture_id, v.venue_type, v.symbol, v.issue_name, v.mpid, v.total_shares, t.symbol_shares,
  CAST(v.total_shares AS REAL) / t.symbol_shares
FROM venue_volume AS v
  JOIN (SELECT symbol, issue_name, venue_type, sum(total_shares) AS symbol_shares
    FROM venue_volume WHERE capture_id = :capture_id GROUP BY symbol, issue_name, venue_type) AS t
    ON t.symbol = v.symbol AND t.issue_name = v.issue_name AND t.venue_type = v.venue_type
WHERE v.capture_id = :capture_id AND t.symbol_shares > 0;

INSERT INTO hhi
SELECT capture_id, venue_type, symbol, issue_name, sum(venue_share * venue_share), count(*), min(symbol_shares)
FROM venue_share WHERE capture_id = :capture_id
GROUP BY capture_id, symbol, issue_name, venue_type;
