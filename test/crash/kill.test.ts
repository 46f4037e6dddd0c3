import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { staged } from '../harness/at-step.ts';
import { run, start } from '../harness/command.ts';
import { expectKillTold, expectRecovery, FIRST_HOST } from './recovery.ts';
import { prepareScenarios, SCENARIOS, type Scenario, type ScenarioName, scenarioFolder } from './scenarios.ts';
import { watchWriting } from './writing.ts';

// Two kinds of points, spread evenly: before the n-th of all statements that the run carries out (the process kills
// itself there, by a preloaded module of the harness), and when the database and its write-ahead log have grown by so
// many bytes (killed from outside, mostly in the middle of a commit or of the closing checkpoint).
const POINTS: Record<ScenarioName, { readonly statements: number; readonly bytes: number }> = {
  first_load: { statements: 10, bytes: 5 },
  same_day_replay: { statements: 5, bytes: 3 },
  restatement: { statements: 5, bytes: 4 },
};

const dir = scenarioFolder();
let scenarioOf: (name: ScenarioName) => Promise<Scenario>;

beforeAll(async () => {
  scenarioOf = await prepareScenarios(dir);
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(Object.keys(SCENARIOS) as ScenarioName[])('a killed run: %s', (name) => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await scenarioOf(name);
  });

  it.each(percents(POINTS[name].statements))(
    'is taken over when killed after %i % of its statements',
    async (percent) => {
      const attempt = scenario.begin();
      const step = Math.max(1, Math.round((percent / 100) * scenario.steps));
      const killed = await run(attempt.args, { env: staged({ ...FIRST_HOST, step, signal: 'SIGKILL' }) });
      expect(killed.signal).toBe('SIGKILL');
      await expectRecovery(scenario, attempt);
      expectKillTold(attempt.db);
    },
  );

  it.each(percents(POINTS[name].bytes))('is taken over when killed after %i % of its writing', async (percent) => {
    const attempt = scenario.begin();
    const { child, ended } = start(attempt.args, { env: staged(FIRST_HOST) });
    await watchWriting(child, attempt.db, (percent / 100) * scenario.bytes);
    child.kill('SIGKILL');
    await ended;
    await expectRecovery(scenario, attempt);
    expectKillTold(attempt.db);
  });
});

function percents(points: number): number[] {
  return Array.from({ length: points }, (_, index) => Math.round(((index + 0.5) / points) * 100));
}
