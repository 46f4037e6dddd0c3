import { FatalError } from '../domain/errors.ts';
import { ALL_TIERS } from '../domain/tier.ts';
import {
  type BeforeAfter,
  type CapturePair,
  type DiffTotals,
  diffRows,
  diffTotals,
  diffVenues,
  type RowDifference,
  type VenuePresence,
} from '../store/capture-diff.ts';
import { hhiMoves, type RatioMoves, venueShareMoves } from '../store/capture-moves.ts';
import { findCapture, type ListedCapture } from '../store/capture-queries.ts';
import type { Db } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

/** What two captures differ in. */
export interface CaptureDiff {
  readonly older: ListedCapture;
  readonly newer: ListedCapture;
  readonly totals: DiffTotals;
  readonly venues: BeforeAfter<number> & {
    readonly added: readonly VenuePresence[];
    readonly removed: readonly VenuePresence[];
  };
  readonly hhi: RatioMoves;
  readonly venueShare: RatioMoves;
  /** Rows of each kind, those whose shares moved most first, at most as many as were asked for. */
  readonly added: readonly RowDifference[];
  readonly removed: readonly RowDifference[];
  readonly changed: readonly RowDifference[];
}

/** How many of the largest moves are named. */
const LARGEST_MOVES = 10;

/**
 * Compares two captures of one tier, older and newer as given, row by row; at most `limit` rows of each kind, all where
 * it is null. A capture that was never accepted is compared as normalize would read it. Throws FatalError
 * `unknown_capture`, or `not_comparable` for captures of two tiers or of a tier split.
 */
export function diffCaptures(
  { db, readQuantity }: Pick<Store, 'db' | 'readQuantity'>,
  olderId: string,
  newerId: string,
  limit: number | null,
): Promise<CaptureDiff> {
  return db
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      const [older, newer] = [await captureOf(trx, olderId), await captureOf(trx, newerId)];
      refuseIncomparable(older, newer);
      const pair: CapturePair = { older, newer, readQuantity };
      const venues = await diffVenues(trx, pair);
      return {
        older,
        newer,
        totals: await diffTotals(trx, pair),
        venues: {
          older: venues.filter(({ rows }) => rows.older > 0).length,
          newer: venues.filter(({ rows }) => rows.newer > 0).length,
          added: venues.filter(({ rows }) => rows.older === 0),
          removed: venues.filter(({ rows }) => rows.newer === 0),
        },
        hhi: await hhiMoves(trx, pair, LARGEST_MOVES),
        venueShare: await venueShareMoves(trx, pair, LARGEST_MOVES),
        added: await diffRows(trx, pair, 'added', limit),
        removed: await diffRows(trx, pair, 'removed', limit),
        changed: await diffRows(trx, pair, 'changed', limit),
      };
    });
}

async function captureOf(db: Db, captureId: string): Promise<ListedCapture> {
  const capture = await findCapture(db, captureId);
  if (capture !== null) return capture;
  throw new FatalError({
    code: 'unknown_capture',
    message: `capture ${captureId}: there is none of that id`,
    hint: 'see captures',
  });
}

function refuseIncomparable(older: ListedCapture, newer: ListedCapture): void {
  const split = [older, newer].find(({ partition }) => partition.tier === ALL_TIERS);
  if (split !== undefined) {
    throw new FatalError({
      code: 'not_comparable',
      message: `capture ${split.captureId}: is a tier split, computed from the captures ${split.locator}`,
      hint: 'compare the captures of a tier',
    });
  }
  if (older.partition.tier === newer.partition.tier) return;
  throw new FatalError({
    code: 'not_comparable',
    message: `captures of two tiers, ${older.partition.tier} and ${newer.partition.tier}, hold different symbols`,
    hint: 'compare captures of one tier',
  });
}
