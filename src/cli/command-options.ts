import type { Pipeline } from '../domain/stage.ts';
import { ALL_TIERS, type PartitionTier } from '../domain/tier.ts';
import type { WorkState } from '../domain/work-state.ts';
import { type OptionSpec, toggle, value } from './option-spec.ts';
import { parseDuration } from './parse-amount.ts';
import { wholeNumber } from './parse-number.ts';
import { readTier } from './parse-tiers.ts';
import { type NamedWeek, parseWeek } from './parse-week.ts';
import { parsePipeline, parseWorkState } from './parse-work.ts';

/** Any or one: an option without a default. */
function choice<T>(spec: Pick<OptionSpec<T>, 'value' | 'parse' | 'example' | 'description'>): OptionSpec<T | null> {
  return { group: 'Selection', default: null, ...spec };
}

/** The options that only operator commands have. The environment does not set them: each is for one moment. */
export const COMMAND_OPTIONS = {
  state: choice<WorkState>({
    value: '<state>',
    parse: parseWorkState,
    example: 'FAILED',
    description: 'only PENDING, RUNNING, RETRY_WAIT, COMPLETE, FAILED or CANCELLED items',
  }),
  pipeline: choice<Pipeline>({
    value: '<name>',
    parse: parsePipeline,
    example: 'ingest_week',
    description: 'only items of this pipeline, such as ingest_week or compute_hhi',
  }),
  week: choice<NamedWeek>({
    value: '<date>',
    parse: parseWeek,
    example: '2025-12-19',
    description: 'only this week; a date stands for its week',
  }),
  tier: choice<PartitionTier>({
    value: '<tier>',
    parse: (text) => (text.toUpperCase() === ALL_TIERS ? ALL_TIERS : readTier(text)),
    example: 'OTC',
    description: 'only this tier, in any of its spellings; ALL_TIERS for tier splits',
  }),
  failed: toggle({ group: 'Selection', description: 'every FAILED item' }),
  olderThan: value({
    group: 'Selection',
    value: '<duration>',
    parse: parseDuration,
    default: '30m',
    description: 'how long ago an item was claimed whose process is taken for dead',
  }),
  limit: choice<number>({
    value: '<n>',
    parse: wholeNumber(0, 1_000_000),
    example: '20',
    description: 'at most n added, n removed and n changed rows (default: 50, all with --json)',
  }),
};
