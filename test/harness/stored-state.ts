import { query, viewContents } from './database.ts';

/**
 * Everything a database says of its partitions, without clocks and keys: two runs came to the same end when these are
 * equal. Beside the views: captures, manifest, readiness, work items and the open anomalies of partitions.
 */
export function storedState(db: string): Record<string, unknown> {
  return {
    ...viewContents(db),
    captures: query(
      db,
      `SELECT capture_id, state, content_hash, source, summary_types, superseded_at IS NULL AS is_latest, byte_count,
        raw_count, normalized_count, reject_count, symbol_count, venue_count, total_shares, total_trades
      FROM core_captures ORDER BY capture_id, state`,
    ),
    manifest: query(
      db,
      `SELECT partition_key, stage, row_count, capture_id, content_hash, calc_version, metrics_json
      FROM core_manifest ORDER BY partition_key, stage_rank`,
    ),
    readiness: query(
      db,
      'SELECT week_ending, is_ready, blockers_json, awaited_until FROM core_data_readiness ORDER BY week_ending',
    ),
    items: query(db, 'SELECT pipeline, partition_key, state FROM core_work_items ORDER BY pipeline, partition_key'),
    anomalies: query(
      db,
      `SELECT severity, category, partition_key, stage FROM core_anomalies
      WHERE resolved_at IS NULL AND partition_key <> '' ORDER BY partition_key, stage, category`,
    ),
  };
}

/** What no run leaves behind when it ends, and no recovery may leave of a killed one. */
export function leftovers(db: string): Record<string, unknown> {
  return {
    running: query(db, "SELECT id FROM core_work_items WHERE state = 'RUNNING' OR current_execution_id IS NOT NULL"),
    openExecutions: query(db, 'SELECT execution_id FROM core_executions WHERE ended_at IS NULL OR outcome IS NULL'),
    openRuns: query(db, "SELECT run_id FROM core_scheduler_runs WHERE status = 'running' OR ended_at IS NULL"),
    lostCaptures: query(
      db,
      'SELECT partition_key, stage FROM core_manifest WHERE capture_key NOT IN (SELECT capture_key FROM core_captures)',
    ),
  };
}

/** `leftovers` of a database that is as it should be. */
export const NOTHING_LEFT = { running: [], openExecutions: [], openRuns: [], lostCaptures: [] } as const;
