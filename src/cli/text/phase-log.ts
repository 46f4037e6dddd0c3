import { partitionKey } from '../../domain/partition.ts';
import { CAPTURE_CALCS, type Stage } from '../../domain/stage.ts';
import type { PlannedPartition } from '../../schedule/action.ts';
import type { Phase, RunEvent } from '../../schedule/events.ts';
import { phaseHeading, type StepsDone, stepLine } from './stage-lines.ts';
import type { Style } from './style.ts';

type StageEnded = Extract<RunEvent, { type: 'stage_ended' }>;

/** Turns ended stages into lines under their phase; each call returns the lines to print now. */
export interface PhaseLog {
  plan(partitions: readonly PlannedPartition[]): void;
  start(phase: Phase): string[];
  end(event: StageEnded): string[];
  /** Lines held back: the calcs of partitions that a run broke off. */
  flush(): string[];
}

/** A log that says nothing of a phase until a partition has something to say in it. */
export function createPhaseLog(style: Style, verbose: boolean): PhaseLog {
  const plans = new Map<string, PlannedPartition>();
  const calcs = new Map<string, StepsDone>();
  const seen = new Set<Phase>();
  let heading: string[] = [];

  function print(steps: StepsDone): string[] {
    const lines = [...heading, stepLine(style, steps, verbose)];
    heading = [];
    return lines;
  }

  function flush(): string[] {
    const lines = [...calcs.values()].flatMap(print);
    calcs.clear();
    return lines;
  }

  return {
    plan(partitions) {
      for (const planned of partitions) plans.set(partitionKey(planned.partition), planned);
    },
    start(phase) {
      const held = flush();
      heading = ['', phaseHeading(style, phase, seen.has(phase))];
      seen.add(phase);
      return held;
    },
    end({ partition, stage, result, rejects }) {
      // An input that is not ready has its own line, where it failed.
      if (result.status === 'deferred' && !verbose) return [];
      const key = partitionKey(partition);
      const plan = plans.get(key);
      const before = calcs.get(key);
      const earlier = before === undefined ? [] : [...before.earlier, before.last];
      const steps = { partition, earlier, last: result, rejects, locator: plan?.locator ?? null };
      calcs.delete(key);
      if (endsLine(stage, plan) || result.status !== 'complete') return print(steps);
      calcs.set(key, steps);
      return [];
    },
    flush,
  };
}

// The calcs of a partition share a line, which is complete with the last one planned.
function endsLine(stage: Stage, plan: PlannedPartition | undefined): boolean {
  const calcs: readonly Stage[] = CAPTURE_CALCS;
  if (!calcs.includes(stage)) return true;
  return stage === (plan?.stages.findLast((planned) => calcs.includes(planned)) ?? calcs.at(-1));
}
