import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { query, viewContents } from '../harness/database.ts';
import { createScenario } from '../harness/scenario.ts';
import { storedState } from '../harness/stored-state.ts';
import { allPartitions, PARTITIONS, WINDOW, writeFolder } from './arbitrary-folder.ts';
import { messyRows } from './arbitrary-rows.ts';

// Warnings compare with whichever weeks are stored already, so that they do depend on what ran before.
const RUN = `${WINDOW} --run-date 2026-02-02 --max-reject-share 100 --warn-shrinkage 100`;

const captures = (db: string) => query(db, 'SELECT * FROM core_captures ORDER BY capture_key');

describe('running twice', () => {
  it('changes nothing, whatever the files are', async () => {
    await fc.assert(
      fc.asyncProperty(allPartitions(messyRows), async (folder) => {
        const scenario = createScenario();
        writeFolder(scenario, folder);
        const first = await scenario.run(RUN);
        const [state, stored] = [storedState(scenario.db), captures(scenario.db)];
        const second = await scenario.run(RUN);
        expect(second.exit_code).toBe(first.exit_code);
        expect(storedState(scenario.db)).toEqual(state);
        expect(captures(scenario.db)).toEqual(stored);
        expect(second.totals.unchanged).toBe(first.totals.ingested);
      }),
      { numRuns: 8 },
    );
  });

  it('with --force changes nothing but the keys of captures', async () => {
    await fc.assert(
      fc.asyncProperty(allPartitions(), async (folder) => {
        const scenario = createScenario();
        writeFolder(scenario, folder);
        await scenario.run(RUN);
        const clocks = 'SELECT capture_id, captured_at, superseded_at FROM core_captures ORDER BY capture_id';
        const [state, stored] = [storedState(scenario.db), query(scenario.db, clocks)];
        await scenario.run(`${RUN} --force`);
        expect(storedState(scenario.db)).toEqual(state);
        expect(query(scenario.db, clocks)).toEqual(stored);
      }),
      { numRuns: 5 },
    );
  });
});

describe('any order of partitions', () => {
  it('gives the same views', async () => {
    const order = fc.shuffledSubarray([...PARTITIONS], { minLength: PARTITIONS.length });
    await fc.assert(
      fc.asyncProperty(allPartitions(messyRows), order, async (folder, partitions) => {
        const whole = createScenario();
        writeFolder(whole, folder);
        await whole.run(RUN);
        const oneByOne = createScenario();
        writeFolder(oneByOne, folder);
        for (const { weekEnding, tier } of partitions) {
          await oneByOne.run(
            `--weeks ${weekEnding} --tiers ${tier} --run-date 2026-02-02 --max-reject-share 100 --warn-shrinkage 100`,
          );
        }
        expect(viewContents(oneByOne.db)).toEqual(viewContents(whole.db));
      }),
      { numRuns: 5 },
    );
  });

  it('gives the same views when the stages of all are run one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(allPartitions(messyRows), async (folder) => {
        const [whole, staged] = [createScenario(), createScenario()];
        for (const scenario of [whole, staged]) writeFolder(scenario, folder);
        await whole.run(RUN);
        for (const stage of ['ingest', 'normalize', 'calc']) await staged.run(`${RUN} --only-stage ${stage}`);
        expect(viewContents(staged.db)).toEqual(viewContents(whole.db));
      }),
      { numRuns: 5 },
    );
  });
});
