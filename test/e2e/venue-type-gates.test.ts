import { describe, expect, it } from 'vitest';
import { type ApiScenario, apiScenario } from '../harness/api-scenario.ts';
import { query } from '../harness/database.ts';
import { partitionOf, type RunDocument } from '../harness/run-document.ts';
import { createScenario } from '../harness/scenario.ts';
import type { StandInRow } from '../stand-in/api-rows.ts';
import { atsRows, exportedFile, FRIDAY, nonAtsRows } from '../stand-in/api-week.ts';

const TIER_1 = `--weeks ${FRIDAY} --tiers T1`;
const FIRST = '--run-date 2026-02-02';
const LATER = '--run-date 2026-02-09';
const BOTH = '--summary-types ats,non-ats';

const tier1 = (document: RunDocument) => partitionOf(document, FRIDAY, 'NMS_TIER_1');

const warnings = ({ notices }: RunDocument) =>
  notices.filter(({ severity }) => severity === 'WARN').map(({ message }) => message);

/** FINRA has 80 ATS rows at two venues and 120 non-ATS rows at three. */
async function published(): Promise<ApiScenario> {
  const scenario = await apiScenario();
  scenario.standIn.publish([...atsRows('T1', 40), ...nonAtsRows('T1', 40)]);
  return scenario;
}

const grown = (rows: readonly StandInRow[]) =>
  rows.map((row) => ({ ...row, totalWeeklyShareQuantity: `${row.totalWeeklyShareQuantity}0` }));

describe('a restatement with other summary types', () => {
  it.each([
    [BOTH, '--summary-types ats'],
    ['--summary-types ats', BOTH],
    ['--summary-types ats', '--summary-types non-ats'],
    ['--summary-types non-ats', '--summary-types ats'],
  ])('is no loss: from %s to %s', async (before, now) => {
    const scenario = await published();
    expect(await scenario.run(`${TIER_1} ${FIRST} ${before}`)).toMatchObject({ exit_code: 0 });
    const document = await scenario.run(`${TIER_1} ${LATER} ${now}`);
    expect(document.exit_code).toBe(0);
    expect(tier1(document)).toMatchObject({ reason: 'source_changed', outcome: 'ingested', error: null });
    expect(query(scenario.db, 'SELECT category FROM core_anomalies')).toEqual([]);
  });

  it('is refused for what the venue type that both hold has lost', async () => {
    const scenario = await published();
    await scenario.run(`${TIER_1} ${FIRST} ${BOTH}`);
    scenario.standIn.publish([...atsRows('T1', 15), ...nonAtsRows('T1', 40)]);
    expect(tier1(await scenario.run(`${TIER_1} ${LATER} --summary-types ats`)).error?.message).toBe(
      'ATS rows fell from 80 to 30 (62.5 %) against the accepted capture; the gate is 50.0 %; ' +
        'ATS shares fell from 9,560 to 3,210 (66.4 %) against the accepted capture; the gate is 50.0 %',
    );
  });
});

describe('a capture of both venue types', () => {
  it('is refused when one of them collapses while the other grows', async () => {
    const scenario = await published();
    await scenario.run(`${TIER_1} ${FIRST} ${BOTH}`);
    scenario.standIn.publish([...atsRows('T1', 2).slice(0, 3), ...grown(nonAtsRows('T1', 60))]);
    const document = await scenario.run(`${TIER_1} ${LATER} ${BOTH}`);
    expect(document.exit_code).toBe(1);
    expect(tier1(document).error).toMatchObject({
      code: 'shrunk_rows',
      message: expect.stringContaining('ATS rows fell from 80 to 3 (96.3 %) against the accepted capture'),
    });
    expect(query(scenario.db, 'SELECT category FROM core_anomalies ORDER BY 1').map(Object.values)).toEqual([
      ['SHRUNK_ROWS'],
      ['SHRUNK_SHARES'],
    ]);
    expect(await scenario.run(`${TIER_1} ${LATER} ${BOTH} --force`)).toMatchObject({ exit_code: 0 });
  });

  it('counts venues of each type by themselves', async () => {
    const scenario = await published();
    await scenario.run(`${TIER_1} ${FIRST} ${BOTH}`);
    const firms = nonAtsRows('T1', 120).filter(({ firmCRDNumber }) => firmCRDNumber === '900104');
    scenario.standIn.publish([...atsRows('T1', 40), ...firms]);
    expect(tier1(await scenario.run(`${TIER_1} ${LATER} ${BOTH}`)).error?.message).toBe(
      'non-ATS venues fell from 3 to 1 (66.7 %) against the accepted capture; the gate is 50.0 %',
    );
  });

  it('from a file is refused when one of them is gone', async () => {
    const scenario = createScenario();
    scenario.write(`tier1_${FRIDAY}.csv`, exportedFile([...atsRows('T1', 5), ...nonAtsRows('T1', 40)]));
    await scenario.run(`${TIER_1} ${FIRST}`);
    scenario.write(`tier1_${FRIDAY}.csv`, exportedFile(nonAtsRows('T1', 40)));
    const { error } = tier1(await scenario.run(`${TIER_1} ${LATER}`));
    expect(error).toMatchObject({
      code: 'shrunk_rows',
      message: expect.stringContaining('ATS rows fell from 10 to 0'),
    });
  });
});

describe('a week beside one that was taken with other summary types', () => {
  const neighbour = (rows: readonly StandInRow[]) =>
    rows.map((row) => ({ ...row, weekStartDate: '2025-12-08', lastUpdateDate: '2025-12-29' }));

  it.each([
    ['is warned of nothing when it has as much', 40, []],
    [
      'is warned of what the venue type that both hold has less of',
      15,
      [
        'ATS rows fell from 80 to 30 (62.5 %) against the week ending 2025-12-12; expected around holidays',
        'ATS shares fell from 9,560 to 3,210 (66.4 %) against the week ending 2025-12-12; expected around holidays',
      ],
    ],
  ])('%s', async (_, symbols, expected) => {
    const scenario = await apiScenario();
    const before = neighbour([...atsRows('T1', 40), ...nonAtsRows('T1', 40)]);
    scenario.standIn.publish([...before, ...atsRows('T1', symbols)]);
    await scenario.run(`--weeks 2025-12-12 --tiers T1 ${FIRST} ${BOTH}`);
    const document = await scenario.run(`${TIER_1} ${FIRST}`);
    expect(document.exit_code).toBe(0);
    expect(warnings(document)).toEqual(expected);
  });
});
