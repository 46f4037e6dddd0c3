import { createHash } from 'node:crypto';
import { toDbInstant } from '../domain/clock.ts';
import { PartitionError } from '../domain/errors.ts';
import { CALC_VERSIONS } from '../domain/stage.ts';
import { TIERS } from '../domain/tier.ts';
import { recordCalcVersion } from '../store/calcs.ts';
import { recordStage } from '../store/manifest.ts';
import { acceptedInputs, loadPartitionStates } from '../store/partition-states.ts';
import { computeTierSplit } from '../store/tier-split.ts';
import { paramsAs, type TierSplitParams } from './params.ts';
import { type Apply, deferred, type Pipeline, type PipelineDeps, type StageRun } from './pipeline.ts';

/** A week's tier_split, once its three tiers are accepted (DESIGN section 4, "Calcs"). */
export const computeTierSplitPipeline: Pipeline = { stage: 'TIER_SPLIT', prepare };

async function prepare(run: StageRun, deps: PipelineDeps): Promise<Apply> {
  const { run_date: runDate } = paramsAs<TierSplitParams>(run.params);
  return async (trx) => {
    const { weekEnding } = run.partition;
    const tiers = TIERS.map((tier) => ({ weekEnding, tier }));
    const inputs = acceptedInputs(weekEnding, await loadPartitionStates(trx, tiers));
    if (inputs === null) return deferred('not all three tiers are accepted', 'it is computed once they are');
    const now = toDbInstant(deps.clock.now());
    const contentHash = inputsHash(inputs);
    try {
      const { capture, rowCount } = await computeTierSplit(trx, {
        partition: run.partition,
        runDate,
        contentHash,
        inputs,
        now,
      });
      await recordCalcVersion(trx, capture.captureKey, 'TIER_SPLIT', CALC_VERSIONS.TIER_SPLIT, rowCount);
      await recordStage(trx, {
        partition: run.partition,
        stage: 'TIER_SPLIT',
        capture,
        rowCount,
        calcVersion: CALC_VERSIONS.TIER_SPLIT,
        metrics: {},
        executionId: run.executionId,
        now,
      });
      return { status: 'complete', captureId: capture.captureId, rowCount, rejects: null, anomalies: [] };
    } catch (error) {
      if (deps.store.isIntegerOverflow(error)) throw overflow();
      throw error;
    }
  };
}

/** SHA-256 of the three inputs' content hashes, joined in the order of `TIERS` (DESIGN section 5). */
export function inputsHash(inputs: readonly { readonly contentHash: string }[]): string {
  return createHash('sha256')
    .update(inputs.map((input) => input.contentHash).join(''))
    .digest('hex');
}

function overflow(): PartitionError {
  return new PartitionError({
    code: 'quantity_overflow',
    message: 'the shares of a symbol add up past 9223372036854775807 over the three tiers',
    hint: 'one of the files cannot be right: fetch them again',
  });
}
