import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { statusDocument } from '../../src/cli/commands/status-document.ts';
import { CLEAN_DIR, fixtureFileName, SMALL_PARTITION } from '../generator/fixture-paths.ts';
import { apiScenario } from '../harness/api-scenario.ts';
import { run } from '../harness/command.ts';
import { query } from '../harness/database.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';
import type { Workspace } from '../harness/workspace.ts';
import { atsRows, FRIDAY, MONDAY } from '../stand-in/api-week.ts';
import type { SeenRequest } from '../stand-in/faults.ts';

const TIER_1 = '--weeks 2025-12-19 --tiers T1';
const FIRST = `${TIER_1} --run-date 2026-02-02`;
const LATER = `${TIER_1} --run-date 2026-02-09`;

const metricsOf = ({ dir }: Workspace) => join(dir, 'market_spine.prom');
const metered = (workspace: Workspace, line: string) => `${line} --metrics-file ${metricsOf(workspace)}`;

/** What `status` and the metrics of the last run say: `stage state message`, the exit code, and the gauges. */
async function standing(workspace: Workspace, line = LATER) {
  const ended = await run(['status', ...line.split(' '), '--db', workspace.db, '--json']);
  const document: ReturnType<typeof statusDocument> = JSON.parse(ended.stdout);
  const metrics = readFileSync(metricsOf(workspace), 'utf8');
  const gauge = (name: string) =>
    Number(
      metrics
        .split('\n')
        .find((text) => text.startsWith(`${name} `))
        ?.split(' ')[1],
    );
  return {
    code: ended.code,
    gaps: document.gaps.map(
      ({ stage, state, message }) => `${stage} ${state} ${message.replaceAll(workspace.dir, '')}`,
    ),
    commands: document.gaps.flatMap(({ commands }) => commands),
    metrics: [
      gauge('market_spine_partition_gaps'),
      gauge('market_spine_partitions{state="failed"}'),
      gauge('market_spine_partitions{state="complete"}'),
    ],
  };
}

const WELL = { code: 0, gaps: [], commands: [], metrics: [0, 0, 1] };

const FILE = fixtureFileName(SMALL_PARTITION);

type Fault = [name: string, harm: (scenario: Scenario) => void, mend: (scenario: Scenario) => void, message: string];

const FAULTS: Fault[] = [
  [
    'there are two files for it',
    (scenario) => scenario.write('tier1_20251219.csv', 'a second file'),
    (scenario) => scenario.removeFile('tier1_20251219.csv'),
    `two files or more are for this partition: /data/${FILE} and /data/tier1_20251219.csv`,
  ],
  [
    'its file leads out of the folder',
    (scenario) => {
      scenario.remove(SMALL_PARTITION);
      symlinkSync('/etc/hosts', join(scenario.dataDir, FILE));
    },
    (scenario) => {
      rmSync(join(scenario.dataDir, FILE));
      scenario.restore(SMALL_PARTITION);
    },
    `/data/${FILE} cannot be read: it leads outside of the data folder`,
  ],
];

describe('a stored partition whose source cannot be taken', () => {
  it.each(FAULTS)('is a gap of status and metrics while %s, as the run says', async (_, harm, mend, message) => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(FIRST);
    harm(scenario);
    expect(await scenario.run(metered(scenario, LATER))).toMatchObject({ exit_code: 1, totals: { failed: 1 } });
    const failed = await standing(scenario);
    expect(failed).toMatchObject({ code: 1, metrics: [1, 1, 0] });
    expect(failed.gaps).toEqual([`RAW failed what its source has could not be taken: ${message}`]);
    expect(failed.commands).toEqual([expect.stringContaining('--weeks 2025-12-19 --tiers NMS_TIER_1')]);

    mend(scenario);
    expect(await scenario.run(metered(scenario, LATER))).toMatchObject({ exit_code: 0, totals: { unchanged: 1 } });
    expect(await standing(scenario)).toEqual(WELL);
  });

  it('is no gap any more when a newer version is taken', async () => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(FIRST);
    scenario.write('tier1_20251219.csv', 'a second file');
    await scenario.run(LATER);
    scenario.removeFile('tier1_20251219.csv');
    scenario.revise(SMALL_PARTITION);
    expect(await scenario.run(metered(scenario, LATER))).toMatchObject({ totals: { ingested: 1 } });
    expect(await standing(scenario)).toEqual(WELL);
  });

  it.each<[string, string, object]>([
    [
      'answers a page of HTML',
      'SOURCE_UNREADABLE',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>later</html>' },
    ],
    ['answers no rows', 'SOURCE_EMPTY', { status: 204 }],
  ])('is one while FINRA %s', async (_, category, answer) => {
    const scenario = await apiScenario();
    scenario.standIn.publish(atsRows('T1'));
    scenario.standIn.listEmpty(MONDAY, 'T1');
    await scenario.run(FIRST);
    const ofRows = ({ body }: SeenRequest) => body?.limit === 5000;
    const fault = { kind: 'status', status: 200, ...answer } as const;
    scenario.standIn.fault({ fault, when: ofRows });
    const line = metered(scenario, LATER);
    expect(await scenario.run(`${line} --request-tries 1`)).toMatchObject({ exit_code: 1 });
    const failed = await standing(scenario);
    expect(failed).toMatchObject({ code: 1, metrics: [1, 1, 0] });
    expect(failed.gaps).toEqual([
      expect.stringContaining('RAW failed what its source has could not be taken: finra-api:'),
    ]);
    expect(failed.commands).toEqual([expect.stringContaining('--source api')]);
    expect(query(scenario.db, 'SELECT category FROM core_anomalies')).toEqual([{ category }]);

    expect(await scenario.run(line)).toMatchObject({ exit_code: 0, totals: { unchanged: 1 } });
    expect(await standing(scenario)).toEqual(WELL);
  });

  it('is one while FINRA cannot be reached, and the grid shows what is stored of it', async () => {
    const scenario = await apiScenario();
    scenario.standIn.publish(atsRows('T1'));
    await scenario.run(FIRST);
    scenario.standIn.fault({ fault: { kind: 'status', status: 503 }, times: 1000 });
    const document = await scenario.run(`${metered(scenario, LATER)} --request-tries 1`);
    expect(document).toMatchObject({ exit_code: 1, totals: { retry_wait: 1 } });
    expect(await standing(scenario)).toMatchObject({ code: 1, metrics: [1, 1, 0] });
    const { stdout } = await run(['status', ...LATER.split(' '), '--db', scenario.db]);
    expect(stdout).toContain(`${FRIDAY}  RNVSH RETRY WAIT`);
  });
});

describe('a partition of which nothing is stored', () => {
  it('has failed where its source is there and cannot be taken, and is missing where there is none', async () => {
    const scenario = createScenario();
    symlinkSync('/etc/hosts', join(scenario.dataDir, FILE));
    await scenario.run(metered(scenario, FIRST));
    expect(await standing(scenario)).toMatchObject({
      gaps: [`RAW failed /data/${FILE} cannot be read: it leads outside of the data folder`],
      metrics: [1, 1, 0],
    });
    rmSync(join(scenario.dataDir, FILE));
    await scenario.run(metered(scenario, LATER));
    expect(await standing(scenario)).toMatchObject({
      gaps: ['RAW missing nothing is captured, though FINRA was to publish it on 2026-01-05'],
      metrics: [1, 0, 0],
    });
  });

  it('is left alone where an operator cancelled it', async () => {
    const scenario = createScenario(CLEAN_DIR);
    await scenario.run(FIRST);
    scenario.write(FILE, 'no header');
    await scenario.run(metered(scenario, LATER));
    expect(await standing(scenario)).toMatchObject({ code: 1, metrics: [1, 1, 0] });
    const id = String(query(scenario.db, "SELECT id FROM core_work_items WHERE state = 'FAILED'")[0]?.id);
    for (const what of ['retry', 'cancel']) await run(['work', what, id, '--db', scenario.db]);
    expect(await scenario.run(metered(scenario, LATER))).toMatchObject({ exit_code: 0, totals: { cancelled: 1 } });
    expect(await standing(scenario)).toEqual({ ...WELL, metrics: [0, 0, 0] });
  });
});
