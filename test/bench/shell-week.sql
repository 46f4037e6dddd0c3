-- A week's tier_split, once its three tiers are loaded.
INSERT INTO captures VALUES (:capture_id, :week_ending, 'ALL_TIERS', strftime('%Y-%m-%d %H:%M:%f', 'now'), NULL);

INSERT INTO tier_split
SELECT :capture_id, tier, venue_type, symbol, issue_name, tier_shares, symbol_shares,
  CAST(tier_shares AS REAL) / symbol_shares
FROM (SELECT tier, venue_type, symbol, issue_name, tier_shares,
    sum(tier_shares) OVER (PARTITION BY symbol, issue_name, venue_type) AS symbol_shares
  FROM (SELECT c.tier, v.venue_type, v.symbol, v.issue_name, sum(v.total_shares) AS tier_shares
    FROM captures AS c JOIN venue_volume AS v ON v.capture_id = c.capture_id
    WHERE c.week_ending = :week_ending AND c.superseded_at IS NULL AND c.tier <> 'ALL_TIERS'
    GROUP BY c.tier, v.symbol, v.issue_name, v.venue_type))
WHERE symbol_shares > 0;
