import { TIERS } from '../../src/domain/tier.ts';
import { query, value } from '../harness/database.ts';

const PER_TIER = ['normalized', 'venue_volume', 'venue_share', 'hhi'];

/**
 * The weeks that a database calls ready though what analysts read of them is not of one piece: a view of the latest
 * figures lacks a tier or shows another capture than the latest, or the tier split was made from others.
 */
export function falselyReady(db: string): unknown[] {
  const ready = query(db, 'SELECT week_ending FROM core_data_readiness WHERE is_ready = 1');
  return ready.map(({ week_ending }) => week_ending).filter((week) => !isOfOnePiece(db, week));
}

function isOfOnePiece(db: string, week: unknown): boolean {
  const latest = query(
    db,
    `SELECT capture_id, capture_key FROM core_captures
    WHERE week_ending = ? AND tier <> 'ALL_TIERS' AND state = 'accepted' AND superseded_at IS NULL ORDER BY capture_id`,
    week,
  );
  if (latest.length !== TIERS.length) return false;
  const ids = latest.map(({ capture_id }) => `${capture_id}`).join();
  const shown = PER_TIER.map((name) => {
    const view = `finra_otc_transparency_${name}_latest`;
    return value(
      db,
      `SELECT group_concat(capture_id) FROM
        (SELECT DISTINCT capture_id FROM ${view} WHERE week_ending = ? ORDER BY capture_id)`,
      week,
    );
  });
  const split = value(
    db,
    `SELECT inputs_json FROM core_captures WHERE capture_id IN
      (SELECT capture_id FROM finra_otc_transparency_tier_split_latest WHERE week_ending = ?)
    AND superseded_at IS NULL`,
    week,
  );
  if (typeof split !== 'string') return false;
  const inputs = JSON.parse(split) as Array<{ readonly capture_key: number }>;
  const keys = new Set(latest.map(({ capture_key }) => Number(capture_key)));
  return shown.every((text) => text === ids) && inputs.every(({ capture_key }) => keys.has(capture_key));
}
