import type { StorePartition } from '../domain/partition.ts';
import { CALC_VERSIONS } from '../domain/stage.ts';
import { ALL_TIERS, TIERS } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import type { PartitionState, StoredCapture } from '../store/partition-states.ts';
import { inputsJson } from '../store/tier-split.ts';

/** The partition key of a week's tier_split. */
export function weekPartition(weekEnding: WeekEnding): StorePartition {
  return { weekEnding, tier: ALL_TIERS };
}

/** The partitions whose states a week as a whole depends on: its three tiers, and what spans them. */
export function partitionsOfWeek(weekEnding: WeekEnding): StorePartition[] {
  return [...TIERS.map((tier) => ({ weekEnding, tier })), weekPartition(weekEnding)];
}

/** Whether a week's tier_split was made from just these captures, by the present version of the calc. */
export function tierSplitIsCurrent(state: PartitionState | undefined, inputs: readonly StoredCapture[]): boolean {
  const stage = state?.stages.get('TIER_SPLIT');
  return (
    stage !== undefined &&
    stage.captureKey === state?.accepted?.captureKey &&
    stage.calcVersion === CALC_VERSIONS.TIER_SPLIT &&
    state.accepted.inputsJson === inputsJson(inputs)
  );
}
