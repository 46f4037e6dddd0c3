import { toDbInstant } from '../domain/clock.ts';
import { PartitionError } from '../domain/errors.ts';
import type { Partition } from '../domain/partition.ts';
import { printable } from '../domain/printable.ts';
import { trimText } from '../finra/row-readings.ts';
import type { Anomaly } from '../store/anomalies.ts';
import { originOf } from '../store/captures.ts';
import { newestCapture } from '../store/partition-states.ts';
import { type Reconciliation, reconcileCapture, type SymbolTotal } from '../store/reconcile.ts';
import type { Trx } from '../store/schema.ts';
import type { PipelineDeps } from './pipeline.ts';

/** A partition's control totals, or why there are none. */
export type FetchedTotals = { readonly totals: readonly SymbolTotal[] } | { readonly failure: string };

/**
 * Fetches FINRA's own totals per symbol for the newest capture of a partition; null when it was not taken from the API.
 * To be called outside of any transaction: the network keeps no one waiting but this partition.
 */
export async function fetchTotals(partition: Partition, deps: PipelineDeps): Promise<FetchedTotals | null> {
  const capture = await newestCapture(deps.store.db, partition);
  const source = deps.source('api');
  if (capture?.source !== 'api' || source.name !== 'api' || source.controlTotals === undefined) return null;
  try {
    const { locator } = await originOf(deps.store.db, capture.captureKey);
    const totals = await source.controlTotals(locator);
    if (totals.length === 0) return { failure: 'FINRA has no totals per symbol for it' };
    return {
      totals: totals.map(({ summaryType, symbol, shares, trades }) => ({
        venueType: summaryType === 'ats' ? 'ATS' : 'NON_ATS',
        symbol: trimText(symbol),
        shares,
        trades,
      })),
    };
  } catch (error) {
    if (!(error instanceof PartitionError)) throw error;
    return { failure: error.message };
  }
}

/** Compares an accepted capture with FINRA's totals, keeps the receipt, and returns what is worth a warning. */
export async function reconcile(
  trx: Trx,
  captureKey: number,
  fetched: FetchedTotals,
  deps: PipelineDeps,
): Promise<Anomaly[]> {
  if ('failure' in fetched) return [notReconciled(fetched.failure)];
  try {
    const totals = deps.store.symbolTotals(fetched.totals);
    const result = await reconcileCapture(trx, captureKey, totals, toDbInstant(deps.clock.now()));
    return result.different === 0 ? [] : [totalsDiffer(result)];
  } catch (error) {
    if (!deps.store.isIntegerOverflow(error)) throw error;
    return [notReconciled("FINRA's totals of a symbol add up past 9223372036854775807")];
  }
}

function notReconciled(why: string): Anomaly {
  return {
    severity: 'WARN',
    category: 'NOT_RECONCILED',
    message: `not compared with FINRA's totals per symbol: ${why}`,
  };
}

function totalsDiffer({ compared, different, furthestOff, largestShares, largestTrades }: Reconciliation): Anomaly {
  const names = furthestOff.map(({ symbol, venueType }) => {
    return printable(venueType === 'ATS' ? symbol : `${symbol} (non-ATS)`) || '(no symbol)';
  });
  const more = different > names.length ? ` and ${different - names.length} more` : '';
  return {
    severity: 'WARN',
    category: 'CONTROL_TOTALS_DIFFER',
    message:
      `${different} of ${compared} symbols differ from FINRA's own totals, by at most ${largestShares} shares and ` +
      `${largestTrades} trades: ${names.join(', ')}${more}`,
  };
}
