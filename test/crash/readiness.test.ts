import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReport, staged } from '../harness/at-step.ts';
import { run } from '../harness/command.ts';
import { query, value } from '../harness/database.ts';
import { runScheduled, standingTime } from '../harness/schedule.ts';
import { falselyReady } from './false-readiness.ts';
import { FIRST_HOST } from './recovery.ts';
import { prepareScenarios, type Scenario, type ScenarioName, scenarioFolder } from './scenarios.ts';

const KINDS: ReadonlyArray<{ readonly name: ScenarioName; readonly more: readonly string[] }> = [
  { name: 'same_day_replay', more: [] },
  { name: 'restatement', more: [] },
  { name: 'restatement', more: ['--force'] },
  { name: 'same_day_replay', more: ['--only-stage', 'calc', '--force'] },
];

const TRANSACTION = 'begin immediate';

const dir = scenarioFolder();
const scenarios = new Map<ScenarioName, Scenario>();
const scenarioOf = (name: ScenarioName) => scenarios.get(name) as Scenario;

beforeAll(async () => {
  const prepare = await prepareScenarios(dir);
  for (const name of ['same_day_replay', 'restatement'] as const) scenarios.set(name, await prepare(name));
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

const readyWeeks = (db: string) => value(db, 'SELECT sum(is_ready) FROM core_data_readiness');

describe.each(KINDS)('a week that is ready, in a $name with $more', ({ name, more }) => {
  it('has figures of one piece, for a reader who looks between any two stages of the run', async () => {
    const { db, args } = scenarioOf(name).begin();
    const seen: unknown[] = [];
    const look = async () => {
      seen.push(falselyReady(db));
    };
    const report = await runScheduled([...args, ...more], standingTime(), { pause: look });
    expect(report.error).toBeNull();
    expect(seen.length).toBeGreaterThan(8);
    expect(seen).toEqual(seen.map(() => []));
    expect(readyWeeks(db)).toBe(2n);
  });

  it.each([['SIGKILL'], ['SIGTERM']] as const)('has figures of one piece after a %s', async (signal) => {
    const scenario = scenarioOf(name);
    const whole = scenario.begin();
    const report = `${whole.dir}/report.json`;
    await run([...whole.args, ...more], { env: staged({ report, of: TRANSACTION }) });
    const { steps } = readReport(report);
    for (const percent of [25, 45, 65, 80]) {
      const attempt = scenario.begin();
      const step = Math.round((percent / 100) * steps);
      const env = staged({ ...FIRST_HOST, of: TRANSACTION, step, signal });
      const stopped = await run([...attempt.args, ...more], { env });
      expect([stopped.signal, stopped.code]).toEqual(signal === 'SIGKILL' ? ['SIGKILL', null] : [null, 2]);
      expect({ percent, falselyReady: falselyReady(attempt.db) }).toEqual({ percent, falselyReady: [] });
      expect((await run(attempt.args)).code).toBe(0);
      expect(readyWeeks(attempt.db)).toBe(2n);
    }
  });
});

it('a week says what it lacks while it is restated', async () => {
  const { db, args } = scenarioOf('restatement').begin();
  const blockers = new Set<unknown>();
  const look = async () => {
    for (const row of query(db, 'SELECT blockers_json FROM core_data_readiness WHERE is_ready = 0')) {
      blockers.add(row.blockers_json);
    }
  };
  await runScheduled([...args, '--tiers', 'OTC', '--weeks', '2025-12-19', '--force'], standingTime(), { pause: look });
  expect([...blockers]).toEqual(['["OTC: not computed: VENUE_VOLUME, VENUE_SHARE, HHI"]']);
});
