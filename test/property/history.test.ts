import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusDays } from '../../src/domain/calendar-date.ts';
import { TIERS } from '../../src/domain/tier.ts';
import { encodeOfficial } from '../generator/encode.ts';
import { fixtureFileName } from '../generator/fixture-paths.ts';
import type { OfficialRow } from '../generator/week.ts';
import { asOf, query } from '../harness/database.ts';
import { folderBytes } from '../harness/folder-bytes.ts';
import { createScenario, type Scenario } from '../harness/scenario.ts';
import { goodRows } from './arbitrary-rows.ts';
import { expectLatestIsNewest, expectSound } from './history-invariants.ts';

const WEEK = '2025-12-12';
const FIRST_DAY = '2026-02-02';

const OPTIONS = [
  ...['', '', '', '--force', '--tiers T1', '--fail-fast'],
  ...['--only-stage ingest', '--only-stage normalize', '--only-stage calc', '--only-stage ingest --force'],
  ...['--max-shrinkage 0', '--max-shrinkage 0 --force'],
] as const;

/** One thing that happens to an installation: a file changes or goes, time passes, a run is started. */
interface Step {
  readonly tier: (typeof TIERS)[number];
  /** Which version of the tier's file is there from now on; null: none. */
  readonly version: number | null;
  /** Days from the run before to this one. */
  readonly days: number;
  /** Hours by which the machine's clock is moved. */
  readonly hours: number;
  readonly options: string;
}

const step: fc.Arbitrary<Step> = fc.record({
  tier: fc.constantFrom(...TIERS),
  version: fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 2 }) }, { weight: 1, arbitrary: fc.constant(null) }),
  days: fc.constantFrom(0, 0, 1, 7, -1),
  hours: fc.integer({ min: -30, max: 30 }),
  options: fc.constantFrom(...OPTIONS),
});

const versions: fc.Arbitrary<OfficialRow[][][]> = fc.tuple(
  ...TIERS.map((tier) => fc.tuple(...[0, 1, 2].map(() => goodRows(tier, { max: 6 })))),
);

// Restatements that are accepted, so that most runs leave everything current and an instant to look back at.
const restatement: fc.Arbitrary<Step> = fc.record({
  tier: fc.constantFrom(...TIERS),
  version: fc.nat({ max: 2 }),
  days: fc.constantFrom(0, 1, 1, 7),
  hours: fc.constant(0),
  options: fc.constantFrom('--max-shrinkage 100', '--max-shrinkage 100', '--force', '--only-stage ingest'),
});

const CASES = { versions, steps: fc.array(step, { minLength: 2, maxLength: 6 }) };

/** Plays `steps` over an installation that begins with version 0 of every file; `after` sees it after each run. */
async function play(
  { versions: files, steps }: { versions: OfficialRow[][][]; steps: Step[] },
  after: (scenario: Scenario, line: string) => Promise<void> | void,
  moveClock: (scenario: Scenario, hours: number) => void = () => {},
): Promise<void> {
  const scenario = createScenario();
  scenario.clock.set('2026-06-01T12:00:00.000Z');
  const name = (tier: Step['tier']) => fixtureFileName({ weekEnding: WEEK, tier });
  const write = (tier: Step['tier'], version: number) =>
    scenario.write(name(tier), encodeOfficial(files[TIERS.indexOf(tier)]?.[version] ?? []));
  for (const tier of TIERS) write(tier, 0);
  let day = FIRST_DAY;
  for (const { tier, version, days, hours, options } of steps) {
    if (version !== null) write(tier, version);
    else if (readdirSync(scenario.dataDir).includes(name(tier))) scenario.removeFile(name(tier));
    day = plusDays(day, days);
    moveClock(scenario, hours);
    await after(scenario, `--weeks ${WEEK} --run-date ${day} ${options}`);
  }
}

const isWhole = (line: string) => !/--(?:only-stage|tiers|fail-fast)/.test(line);

describe('after any history', () => {
  it('the database is sound, and _latest is the newest accepted capture', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(CASES), async (history) => {
        await play(history, async (scenario, line) => {
          const document = await scenario.run(line);
          expectSound(scenario.db);
          if (document.exit_code === 0 && isWhole(line)) expectLatestIsNewest(scenario.db);
        });
      }),
      { numRuns: 8 },
    );
  });

  it('every capture is later than the one before it, though the clock goes backwards', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(CASES), async (history) => {
        await play(
          history,
          async (scenario, line) => {
            await scenario.run(line);
            expectSound(scenario.db);
          },
          (scenario, hours) =>
            scenario.clock.set(new Date(scenario.clock.now().getTime() + hours * 3_600_000).toISOString()),
        );
      }),
      { numRuns: 8 },
    );
  });

  it('a dry run changes no byte, and the run does what it said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(CASES), async (history) => {
        await play(history, async (scenario, line) => {
          const before = folderBytes(scenario.dir);
          const planned = await scenario.run(`${line} --dry-run`);
          expect(folderBytes(scenario.dir)).toEqual(before);
          const ran = await scenario.run(line);
          const plan = (document: typeof ran) =>
            document.partitions.map(({ action, reason, capture_id }) => ({ action, reason, capture_id }));
          expect(plan(ran)).toEqual(plan(planned));
        });
      }),
      { numRuns: 8 },
    );
  });

  it('an instant shows what was there then, unless a replay has taken its place', async () => {
    const restatements = fc.array(restatement, { minLength: 3, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.record({ versions, steps: restatements }), async (history) => {
        let seen: Array<{ instant: string; rows: ReturnType<typeof asOf> }> = [];
        await play(history, async (scenario, line) => {
          const clocks = () =>
            new Map(
              query(scenario.db, "SELECT capture_id, captured_at FROM core_captures WHERE state = 'accepted'").map(
                (row) => [row.capture_id, `${row.captured_at}`],
              ),
            );
          const before = seen.length === 0 ? new Map() : clocks();
          const { exit_code } = await scenario.run(line);
          const after = clocks();
          const moved = [...before].filter(([id, instant]) => after.get(id) !== instant).map(([, instant]) => instant);
          seen = seen.filter(({ instant }) => moved.every((replaced) => instant < replaced));
          if (exit_code !== 0 || !isWhole(line)) return;
          for (const { instant, rows } of seen) expect(asOf(scenario.db, instant)).toEqual(rows);
          const instant = [...after.values()].sort().at(-1) ?? '';
          seen.push({ instant, rows: asOf(scenario.db, instant) });
        });
      }),
      { numRuns: 6 },
    );
  });
});
