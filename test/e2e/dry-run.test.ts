import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEAN_DIR, REVISED_PARTITIONS } from '../generator/fixture-paths.ts';
import { outcomesOf, type RunDocument } from '../harness/run-document.ts';
import { createScenario, type Scenario, scenariosAfter } from '../harness/scenario.ts';

const WINDOW = '--weeks 2025-12-12..2025-12-19';

const stored = scenariosAfter(`${WINDOW} --run-date 2026-02-02`, CLEAN_DIR);

/** Every file and folder below `dir`: mode, time of its last change, and the hash of its bytes. */
function snapshot(dir: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => {
      const path = join(dir, name);
      const { mode, mtimeMs } = statSync(path);
      const hash = statSync(path).isDirectory() ? '' : createHash('sha256').update(readFileSync(path)).digest('hex');
      return [name, `${mode} ${mtimeMs} ${hash}`];
    }),
  );
}

async function dryRun(scenario: Scenario, line: string): Promise<RunDocument> {
  const before = snapshot(scenario.dir);
  const document: RunDocument = JSON.parse((await scenario.start(`${WINDOW} --dry-run --json ${line}`)).stdout);
  expect(snapshot(scenario.dir)).toEqual(before);
  return document;
}

const plan = (document: RunDocument) =>
  document.partitions.map(({ action, reason, stages }) => ({
    action,
    reason,
    stages: stages.map(({ stage }) => stage),
  }));

describe('a dry run changes no byte and makes no file', () => {
  it('where there is no database', async () => {
    const scenario = createScenario(CLEAN_DIR);
    const document = await dryRun(scenario, '--run-date 2026-02-02');
    expect(document.totals).toMatchObject({ planned: 6 });
    expect(document.weeks.map(({ tier_split }) => tier_split.status)).toEqual(['planned', 'planned']);
    expect(existsSync(scenario.db)).toBe(false);
  });

  it.each([
    ['nothing to do', '--run-date 2026-02-02'],
    ['--force', '--run-date 2026-02-09 --force'],
    ['--only-stage calc --force', '--run-date 2026-02-02 --only-stage calc --force'],
    ['a run date before the captures', '--run-date 2026-01-30 --force'],
  ])('where everything is stored: %s', async (_, line) => {
    await dryRun(stored(), line);
  });

  it('where files are revised, missing or ambiguous', async () => {
    const scenario = stored();
    for (const partition of REVISED_PARTITIONS) scenario.revise(partition);
    scenario.remove({ weekEnding: '2025-12-12', tier: 'NMS_TIER_1' });
    scenario.write('tier2_20251219.txt', 'a second file');
    expect(outcomesOf(await dryRun(scenario, '--run-date 2026-02-09'))).toEqual({
      '2025-12-19 NMS_TIER_1': 'ingest revised planned',
      '2025-12-19 NMS_TIER_2': 'fail source_ambiguous failed',
      '2025-12-19 OTC': 'skip unchanged unchanged',
      '2025-12-12 NMS_TIER_1': 'skip source_gone unchanged',
      '2025-12-12 NMS_TIER_2': 'skip unchanged unchanged',
      '2025-12-12 OTC': 'ingest revised planned',
    });
  });
});

describe('a dry run plans what the run then does', () => {
  it.each([
    ['nothing stored', createScenarioOfAll, '--run-date 2026-02-02'],
    ['everything stored', () => stored(), '--run-date 2026-02-02'],
    ['everything stored, --force', () => stored(), '--run-date 2026-02-09 --force'],
    ['only ingest', createScenarioOfAll, '--run-date 2026-02-02 --only-stage ingest'],
    ['only normalize, with nothing there', createScenarioOfAll, '--run-date 2026-02-02 --only-stage normalize'],
  ])('%s', async (_, arrange, line) => {
    const scenario = arrange();
    const planned = await dryRun(scenario, line);
    const ran = await scenario.run(`${WINDOW} ${line}`);
    expect(plan(ran)).toEqual(plan(planned));
    expect(ran.exit_code).toBe(planned.exit_code);
  });
});

function createScenarioOfAll(): Scenario {
  return createScenario(CLEAN_DIR);
}
