import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectKillTold, expectRecovery, FIRST_HOST } from '../crash/recovery.ts';
import { prepareScenarios, SCENARIOS, type Scenario, type ScenarioName, scenarioFolder } from '../crash/scenarios.ts';
import { watchWriting } from '../crash/writing.ts';
import { createRandom, hashText } from '../generator/random.ts';
import { staged } from '../harness/at-step.ts';
import { start } from '../harness/command.ts';

// CHAOS_KILLS sets how many runs are killed, CHAOS_SEED where. A few keep the suite short; `npm run test:chaos` is for
// hundreds.
const KILLS = Number(process.env.CHAOS_KILLS ?? 6);
const SEED = Number(process.env.CHAOS_SEED ?? 1);

const dir = scenarioFolder();
const scenarios = new Map<ScenarioName, Scenario>();

beforeAll(async () => {
  const scenarioOf = await prepareScenarios(dir);
  for (const name of Object.keys(SCENARIOS) as ScenarioName[]) scenarios.set(name, await scenarioOf(name));
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe(`runs killed anywhere (seed ${SEED})`, () => {
  it.each(Array.from({ length: KILLS }, (_, index) => index + 1))('end as if nothing had happened: %i', async (n) => {
    const random = createRandom(hashText(`${SEED} ${n}`));
    const scenario = random.pick([...scenarios.values()]);
    const attempt = scenario.begin();
    // Some are killed again while they recover.
    const kills = random.chance(0.2) ? 2 : 1;
    for (let kill = 0; kill < kills; kill++) {
      const atStatement = random.chance(0.5);
      const part = random.next();
      const staging = atStatement ? { step: Math.ceil(part * scenario.steps), signal: 'SIGKILL' as const } : {};
      const { child, ended } = start(attempt.args, { env: staged({ ...FIRST_HOST, ...staging }) });
      if (!atStatement) {
        await watchWriting(child, attempt.db, part * scenario.bytes);
        child.kill('SIGKILL');
      }
      await ended;
    }
    await expectRecovery(scenario, attempt);
    if (kills === 1) expectKillTold(attempt.db);
    attempt.end();
  });
});
