import { toDbInstant } from '../domain/clock.ts';
import { PartitionError } from '../domain/errors.ts';
import type { Partition } from '../domain/partition.ts';
import { printable } from '../domain/printable.ts';
import { CAPTURE_CALCS } from '../domain/stage.ts';
import type { Tier } from '../domain/tier.ts';
import { tierLabel } from '../finra/tier-names.ts';
import type { Anomaly } from '../store/anomalies.ts';
import { deleteNormalizedRows } from '../store/capture-rows.ts';
import {
  acceptCapture,
  type CaptureFigures,
  latestCapture,
  nearestWeek,
  type ReplacedCapture,
  recordFigures,
  rejectCapture,
} from '../store/captures.ts';
import { recordStage } from '../store/manifest.ts';
import { type Measured, measureRows, overflowingSymbol } from '../store/measure-rows.ts';
import { normalizeRows } from '../store/normalize.ts';
import { newestCapture, type StoredCapture } from '../store/partition-states.ts';
import { notComputed, withdrawReadiness } from '../store/readiness.ts';
import type { Trx } from '../store/schema.ts';
import { measureVenueTypes } from '../store/venue-measures.ts';
import { archiveCapture } from './archive-capture.ts';
import { compareWithPredecessor, compareWithWeek, type MeasuredTypes } from './compare-captures.ts';
import { breaches, lossText, shrinkages } from './gates.ts';
import { type NormalizeParams, paramsAs } from './params.ts';
import { type Apply, deferred, type Pipeline, type PipelineDeps, type StageResult, type StageRun } from './pipeline.ts';
import { fetchTotals, reconcile } from './reconcile-capture.ts';

/** Validate -> normalized rows and rejects -> gates -> acceptance (DESIGN section 4, "Normalize"). */
export const normalizeWeek: Pipeline = { stage: 'NORMALIZED', prepare };

async function prepare(run: StageRun, deps: PipelineDeps): Promise<Apply> {
  const params = paramsAs<NormalizeParams>(run.params);
  const partition: Partition = { weekEnding: run.partition.weekEnding, tier: run.partition.tier as Tier };
  const totals = params.reconcile ? await fetchTotals(partition, deps) : null;
  return async (trx) => {
    const capture = await newestCapture(trx, partition);
    if (capture === null) return deferred('nothing is captured yet', 'run the ingest stage first');
    if (capture.state === 'accepted') return deferred(`${capture.captureId} is accepted already`, 'nothing to do');
    await deleteNormalizedRows(trx, capture.captureKey);
    await normalizeRows(trx, capture.captureKey, partition.tier, capture.rawCount, deps);
    const measured = await measureRows(trx, capture.captureKey);
    const { figures } = measured;
    await refuseOverflow(trx, capture.captureKey, figures, deps);
    const types = await measureVenueTypes(trx, {
      ...figures,
      capture_key: capture.captureKey,
      summary_types: capture.summaryTypes,
    });
    const candidate: Normalized = { ...measured, capture, types };
    const refused = await judge(trx, partition, candidate, params);
    if (refused !== null) return refused;

    const now = toDbInstant(deps.clock.now());
    await recordFigures(trx, capture.captureKey, figures);
    const replaced = await acceptCapture(trx, partition, capture, now);
    const blocker = `${tierLabel(partition.tier)}: ${notComputed(CAPTURE_CALCS)}`;
    await withdrawReadiness(trx, partition.weekEnding, blocker, now);
    await recordStage(trx, {
      partition,
      stage: 'NORMALIZED',
      capture,
      rowCount: figures.normalized_count ?? 0,
      calcVersion: null,
      metrics: { rejects: figures.reject_count, symbols: figures.symbol_count, venues: figures.venue_count },
      executionId: run.executionId,
      now,
    });
    const anomalies = [
      ...(await remarks(trx, partition, candidate, params, replaced)),
      ...(totals === null ? [] : await reconcile(trx, capture.captureKey, totals, deps)),
      ...(deps.archive === undefined ? [] : await archiveCapture(trx, deps.archive, partition, capture)),
    ];
    return {
      status: 'complete',
      captureId: capture.captureId,
      rowCount: figures.normalized_count ?? 0,
      rejects: figures.reject_count,
      anomalies,
    };
  };
}

/** A capture whose rows are normalized, with all that is judged of it. */
interface Normalized extends Measured {
  readonly capture: StoredCapture;
  readonly types: MeasuredTypes;
}

async function refuseOverflow(
  trx: Trx,
  captureKey: number,
  figures: CaptureFigures,
  deps: PipelineDeps,
): Promise<void> {
  const symbol = await overflowingSymbol(trx, captureKey, figures, deps.store.isIntegerOverflow);
  if (symbol === null) return;
  throw new PartitionError({
    code: 'quantity_overflow',
    message: `the quantities of ${printable(symbol)} add up past 9223372036854775807`,
    hint: 'the file cannot be right: fetch it again',
  });
}

// A breach keeps the rejects, which say what is wrong, and none of the rows.
async function judge(
  trx: Trx,
  partition: Partition,
  { capture, types, figures, earliestUpdate }: Normalized,
  params: NormalizeParams,
): Promise<StageResult | null> {
  const predecessor = await latestCapture(trx, partition);
  const compared = { types, source: capture.source };
  const breached = breaches(
    {
      weekEnding: partition.weekEnding,
      rawCount: capture.rawCount,
      figures,
      earliestUpdate,
      comparisons: predecessor === undefined ? [] : await compareWithPredecessor(trx, compared, predecessor),
      force: params.force,
    },
    params.gates,
  );
  const [first] = breached;
  if (first === undefined) return null;
  await trx.deleteFrom('normalized_rows').where('capture_key', '=', capture.captureKey).execute();
  await rejectCapture(trx, capture.captureKey, figures);
  return {
    status: 'failed',
    captureId: capture.captureId,
    rejects: figures.reject_count,
    error: { ...first, message: breached.map((breach) => breach.message).join('; ') },
    anomalies: breached.map(({ code, message }) => ({ severity: 'ERROR', category: code.toUpperCase(), message })),
  };
}

// The API names FINRA's own week, so only the calendar can be wrong there.
const EARLY_CAUSES = {
  file: 'likely its file is named by the publication date: see --file-date published',
  api: 'FINRA was early, or takes fewer days than --publication-lag says',
} as const;

async function remarks(
  trx: Trx,
  partition: Partition,
  { capture, types, figures, hasUnreadableUpdate }: Normalized,
  params: NormalizeParams,
  replaced: ReplacedCapture | null,
): Promise<Anomaly[]> {
  const found: Anomaly[] = [];
  const updated = figures.source_last_update_date;
  if (updated !== null && updated < params.published_on) {
    found.push({
      severity: 'WARN',
      category: 'EARLY_DATA',
      message:
        `last updated on ${updated}, before FINRA could publish this week (${params.published_on}); ` +
        EARLY_CAUSES[capture.source === 'api' ? 'api' : 'file'],
    });
  }
  if (hasUnreadableUpdate) {
    found.push({
      severity: 'WARN',
      category: 'UNREADABLE_UPDATE_DATE',
      message: 'rows have no readable lastUpdateDate',
    });
  }
  const neighbour = await nearestWeek(trx, partition);
  if (neighbour !== null) {
    const comparisons = await compareWithWeek(trx, types, neighbour);
    for (const loss of shrinkages(comparisons, params.gates.warnShrinkage)) {
      found.push({
        severity: 'WARN',
        category: `LOW_${loss.measure.toUpperCase()}`,
        message: `${lossText(loss)} against the week ending ${neighbour.week_ending}; expected around holidays`,
      });
    }
  }
  if (replaced !== null) {
    found.push({
      severity: 'INFO',
      category: 'REPLAY_CHANGED',
      message: `a replay replaced ${capture.captureId}: hash ${replaced.oldHash} became ${replaced.newHash}`,
    });
  }
  return found;
}
