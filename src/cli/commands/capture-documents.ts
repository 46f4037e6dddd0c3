import type { Quantity } from '../../domain/quantity.ts';
import type { CaptureDiff } from '../../operations/diff-captures.ts';
import type { BeforeAfter, RowDifference, VenuePresence } from '../../store/capture-diff.ts';
import type { RatioMove, RatioMoves } from '../../store/capture-moves.ts';
import type { ListedCapture } from '../../store/capture-queries.ts';
import { jsonInstant, jsonQuantity } from '../json-values.ts';

/** A capture as `captures --json` prints it. */
export function captureDocument(capture: ListedCapture) {
  return {
    capture_id: capture.captureId,
    week_ending: capture.partition.weekEnding,
    tier: capture.partition.tier,
    state: capture.state,
    content_hash: capture.contentHash,
    source: capture.source,
    locator: capture.locator,
    run_date: capture.runDate,
    bytes: capture.byteCount,
    rows: capture.rawCount,
    normalized_rows: capture.normalizedCount,
    rejects: capture.rejectCount,
    source_last_update_date: capture.sourceLastUpdateDate,
    ingested_at: jsonInstant(capture.ingestedAt),
    captured_at: jsonInstant(capture.capturedAt),
    superseded_at: jsonInstant(capture.supersededAt),
  };
}

/** What `captures diff --json` prints. */
export function diffDocument(diff: CaptureDiff) {
  const { totals, venues } = diff;
  const { changes, symbols } = totals;
  const rows = { old: changes.removed + unmoved(changes), new: changes.added + unmoved(changes) };
  return {
    old: captureDocument(diff.older),
    new: captureDocument(diff.newer),
    summary: {
      rows: {
        ...counts({ older: rows.old, newer: rows.new }),
        added: changes.added,
        removed: changes.removed,
        changed: changes.changed,
        notional_changed: changes.notional,
        unchanged: changes.same,
      },
      symbols: { ...counts(symbols), added: symbols.added, removed: symbols.removed },
      venues: { ...counts(venues), added: venues.added.map(venueDocument), removed: venues.removed.map(venueDocument) },
      shares: quantities(totals.shares),
      trades: quantities(totals.trades),
      hhi: movesDocument(diff.hhi),
      venue_share: movesDocument(diff.venueShare),
    },
    added: diff.added.map(rowDocument),
    removed: diff.removed.map(rowDocument),
    changed: diff.changed.map(rowDocument),
  };
}

function unmoved({ changed, notional, same }: CaptureDiff['totals']['changes']): number {
  return changed + notional + same;
}

function counts({ older, newer }: BeforeAfter<number>) {
  return { old: older, new: newer, change: newer - older };
}

function quantities({ older, newer }: BeforeAfter<Quantity>) {
  return { old: jsonQuantity(older), new: jsonQuantity(newer), change: jsonQuantity(newer - older) };
}

function venueDocument({ venueType, mpid }: VenuePresence) {
  return { venue_type: venueType, mpid };
}

function movesDocument({ compared, moved, largest }: RatioMoves) {
  return { compared, moved, largest: largest.map(moveDocument) };
}

function moveDocument({ venueType, symbol, issueName, mpid, ratio }: RatioMove) {
  return {
    venue_type: venueType,
    symbol,
    issue_name: issueName,
    ...(mpid === null ? {} : { mpid }),
    old: ratio.older,
    new: ratio.newer,
    change: ratio.newer - ratio.older,
  };
}

function rowDocument(row: RowDifference) {
  return {
    venue_type: row.venueType,
    symbol: row.symbol,
    issue_name: row.issueName,
    product_type: row.productType,
    mpid: row.mpid,
    old_shares: jsonQuantity(row.shares.older),
    new_shares: jsonQuantity(row.shares.newer),
    old_trades: jsonQuantity(row.trades.older),
    new_trades: jsonQuantity(row.trades.newer),
  };
}
