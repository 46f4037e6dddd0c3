import { type Partition, partitionKey } from '../domain/partition.ts';
import { CAPTURE_CALCS } from '../domain/stage.ts';
import { TIERS } from '../domain/tier.ts';
import type { WeekEnding } from '../domain/week.ts';
import { type PublicationRules, publicationOf, publicationState } from '../finra/publication.ts';
import { tierLabel } from '../finra/tier-names.ts';
import type { PartitionState } from '../store/partition-states.ts';
import { notComputed, openAnomaly, type Readiness } from '../store/readiness.ts';
import { isCurrent } from './plan.ts';

/** What a week's readiness depends on. */
export interface ReadinessInput {
  readonly weekEnding: WeekEnding;
  /** By partition key, of the week's three tiers. */
  readonly states: ReadonlyMap<string, PartitionState>;
  readonly tierSplitCurrent: boolean;
  /** Open anomalies of ERROR or CRITICAL severity of the week. */
  readonly openErrors: ReadonlyArray<{ readonly partition_key: string; readonly category: string }>;
  readonly runDate: string;
  readonly publication: PublicationRules;
}

/** Whether a week is ready, what blocks it, and until when that is awaited (DESIGN section 4, "Readiness"). */
export function readinessOf(input: ReadinessInput): Readiness {
  const blockers: string[] = [];
  const awaited: string[] = [];
  for (const tier of TIERS) {
    const partition = { weekEnding: input.weekEnding, tier };
    const state = input.states.get(partitionKey(partition));
    const problem = tierProblem(partition, state, input);
    if (problem !== null) blockers.push(`${tierLabel(tier)}: ${problem}`);
    const isMissing = state?.newest == null;
    if (isMissing && publicationState(partition, input.runDate, input.publication) !== 'due') {
      awaited.push(publicationOf(partition, input.publication).dueAfter);
    }
  }
  if (blockers.length === 0 && !input.tierSplitCurrent) blockers.push('tier split: not computed from these captures');
  for (const { partition_key, category } of input.openErrors) {
    const { tier } = JSON.parse(partition_key) as { tier: string };
    blockers.push(openAnomaly(tier, category));
  }
  return { ready: blockers.length === 0, blockers, awaitedUntil: awaited.sort().at(-1) ?? null };
}

function tierProblem(partition: Partition, state: PartitionState | undefined, input: ReadinessInput): string | null {
  if (state?.accepted == null) {
    if (state?.newest != null) return `captured, but ${state.newest.state}`;
    const publication = publicationState(partition, input.runDate, input.publication);
    if (publication === 'due') return 'missing';
    const { publishedOn } = publicationOf(partition, input.publication);
    return publication === 'late' ? `late (due on ${publishedOn})` : `awaiting publication on ${publishedOn}`;
  }
  if (state.newest?.captureKey !== state.accepted.captureKey) return `a newer capture is ${state.newest?.state}`;
  const stale = CAPTURE_CALCS.filter((calc) => !isCurrent(state, calc, state.accepted));
  return stale.length === 0 ? null : notComputed(stale);
}
