import { describe, expect, it } from 'vitest';
import { FatalError, PartitionError } from '../../src/domain/errors.ts';
import { type Partition, partitionKey } from '../../src/domain/partition.ts';
import { DEFAULT_PUBLICATION } from '../../src/finra/publication.ts';
import type { PlanOptions } from '../../src/schedule/plan.ts';
import { surveySource } from '../../src/schedule/survey.ts';
import type { Availability, LiveSource } from '../../src/sources/source.ts';
import type { PartitionState } from '../../src/store/partition-states.ts';
import { stateOf, storedCapture } from './partition-state.ts';

// On this day Tier 1 of the week ending 2025-12-19 is due, Tier 2 and OTC are not.
const OPTIONS: PlanOptions = {
  onlyStage: 'all',
  force: false,
  runDate: '2026-01-12',
  source: 'api',
  publication: DEFAULT_PUBLICATION,
};

const T1: Partition = { weekEnding: '2025-12-19', tier: 'NMS_TIER_1' };
const T2: Partition = { weekEnding: '2025-12-19', tier: 'NMS_TIER_2' };
const OTC: Partition = { weekEnding: '2025-12-19', tier: 'OTC' };
const ALL = [T1, T2, OTC];

const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

const NOTHING = stateOf({ newest: null });
const FROM_API = stateOf({ newest: storedCapture({ source: 'api' }) });
const FROM_FILE = stateOf({ newest: storedCapture({ source: 'file' }) });

/** What a stand-in source was asked, in order. */
type Log = string[];

interface Behaviour {
  readonly mayBeEmpty?: boolean;
  readonly available?: readonly Partition[];
  /** What reading a tier throws. */
  readonly faults?: Partial<Record<Partition['tier'], Error>>;
}

const locatorOf = ({ tier }: Partition) => `there:${tier}`;

function sourceOf(log: Log, { mayBeEmpty = true, available = ALL, faults = {} }: Behaviour): LiveSource {
  return {
    name: 'api',
    mayBeEmpty,
    async survey() {
      const entries = available.map((partition): [string, Availability] => [
        partitionKey(partition),
        { status: 'available', locator: locatorOf(partition), summaryTypes: 'ats' },
      ]);
      return { partitions: new Map(entries), unmatched: ['odd'], movedDates: [] };
    },
    prefetch: (locators) => void log.push(`prefetch ${locators.join(' ')}`),
    async *open(locator) {
      log.push(`open ${locator}`);
      const fault = Object.entries(faults).find(([tier]) => locator === `there:${tier}`)?.[1];
      if (fault !== undefined) throw fault;
      yield Buffer.from('hello');
    },
  };
}

async function surveyed(
  states: Partial<Record<Partition['tier'], PartitionState>>,
  behaviour: Behaviour = {},
  options: Partial<PlanOptions> = {},
) {
  const log: Log = [];
  const byKey = new Map(ALL.map((partition) => [partitionKey(partition), states[partition.tier] ?? NOTHING]));
  const { found, unmatched } = await surveySource(
    sourceOf(log, behaviour),
    ALL,
    byKey,
    { ...OPTIONS, ...options },
    async () => {},
  );
  const of = (partition: Partition) => found.get(partitionKey(partition));
  return { log, unmatched, t1: of(T1), t2: of(T2), otc: of(OTC) };
}

const opened = (log: Log) =>
  log.filter((line) => line.startsWith('open')).map((line) => line.slice('open there:'.length));

describe('a survey of a source reads', () => {
  it.each([
    ['what has a stored hash to compare with', { NMS_TIER_1: FROM_API }, { mayBeEmpty: false }, {}, ['NMS_TIER_1']],
    ['no first capture', {}, { mayBeEmpty: false }, {}, []],
    [
      'nothing that is restated in any case: forced',
      { NMS_TIER_1: FROM_API },
      { mayBeEmpty: false },
      { force: true },
      [],
    ],
    ['nothing that is restated in any case: another source', { NMS_TIER_1: FROM_FILE }, { mayBeEmpty: false }, {}, []],
    ['what may be empty while that is no failure', {}, {}, {}, ['NMS_TIER_2', 'OTC']],
    ['the same when it is forced', { NMS_TIER_2: FROM_API }, {}, { force: true }, ['NMS_TIER_2', 'OTC']],
    ['nothing that the source does not have', { NMS_TIER_1: FROM_API }, { available: [T2] }, {}, ['NMS_TIER_2']],
  ] as const)('%s', async (_, states, behaviour, options, tiers) => {
    const { log } = await surveyed(states, behaviour, options);
    expect(opened(log)).toEqual(tiers);
  });

  it('what it will read, having said so before', async () => {
    const { log } = await surveyed({ NMS_TIER_1: FROM_API });
    expect(log).toEqual([
      'prefetch there:NMS_TIER_1 there:NMS_TIER_2 there:OTC',
      'open there:NMS_TIER_1',
      'open there:NMS_TIER_2',
      'open there:OTC',
    ]);
  });
});

describe('a survey finds', () => {
  it('the hash of what was read, and names that are no partition', async () => {
    const { t1, unmatched } = await surveyed({ NMS_TIER_1: FROM_API });
    expect(t1).toEqual({ status: 'available', locator: 'there:NMS_TIER_1', summaryTypes: 'ats', contentHash: HELLO });
    expect(unmatched).toEqual(['odd']);
  });

  it('empty what says so when it is read', async () => {
    const details = { code: 'source_empty', message: 'it holds nothing', hint: 'come again' };
    const { t2, otc } = await surveyed({}, { faults: { NMS_TIER_2: new PartitionError(details) } });
    expect(t2).toEqual({ status: 'empty', error: details });
    expect(otc).toMatchObject({ status: 'available', contentHash: HELLO });
  });

  it.each([true, false])('unreadable what cannot be read, and whether that may pass (%s)', async (transient) => {
    const fault = new PartitionError({ code: 'timeout', message: 'too slow', hint: 'come again', transient });
    const { t2 } = await surveyed({}, { faults: { NMS_TIER_2: fault } });
    expect(t2).toEqual({
      status: 'unreadable',
      locator: 'there:NMS_TIER_2',
      message: 'too slow',
      hint: 'come again',
      transient,
    });
  });

  it('nothing when the run is interrupted meanwhile', async () => {
    const fault = new FatalError({ code: 'interrupted', message: 'stopped', hint: 'run again' });
    await expect(surveyed({}, { faults: { NMS_TIER_2: fault } })).rejects.toBe(fault);
  });
});
