import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { benchDocument } from './bench/bench-document.ts';
import { readBenchOptions, SCENARIOS } from './bench/bench-options.ts';
import { PUBLISHED_COMMAND, runStep } from './bench/command.ts';
import { complaints, judge } from './bench/goals.ts';
import { measure } from './bench/measure.ts';
import { VIEW_COLUMNS } from './bench/reading-scenario.ts';
import type { Results, StepResult } from './bench/results.ts';
import { loadWithShell, shellVersion } from './bench/shell-load.ts';
import { median, ratioOf } from './bench/statistics.ts';
import { tablesOf } from './bench/tables.ts';
import { filePath, REVISED, type Size, writeWeeks } from './bench/weeks.ts';
import { query } from './harness/database.ts';

const TINY: Size = {
  listings: { NMS_TIER_1: 20, NMS_TIER_2: 20, OTC: 20 },
  rows: { NMS_TIER_1: 60, NMS_TIER_2: 40, OTC: 20 },
};

function newPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'bench-test-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  return place;
}

describe('the benchmark', () => {
  it('measures every scenario and judges every goal that it measured', async () => {
    const plan = { dir: newPlace(), command: PUBLISHED_COMMAND, rounds: 1, weeks: [1], size: TINY };
    const results = await measure({ ...plan, scenarios: SCENARIOS, progress: () => {} });
    const hasShell = shellVersion() !== null;
    expect(results.loads.map(({ weeks, rows }) => [weeks, rows])).toEqual([[1, 120]]);
    expect(results.loads[0]?.steps.map(({ step, rows }) => [step, rows])).toEqual([
      ['first', 120],
      ...(hasShell ? [['shell', 120]] : []),
      ['unchanged', 0],
      ['revised', 60],
      ['alone', 60],
      ['forced', 120],
    ]);
    expect(results.loads[0]?.steps[0]?.peakBytes).toBeGreaterThan(10_000_000);
    expect(results.startUp.map(({ command }) => command)).toEqual(['node -e 0', '--help', '--version']);
    expect(results.reading?.queries.length ?? 0).toBe(hasShell ? 18 : 0);
    const goals = judge(results);
    expect(goals.find(({ name }) => name.startsWith('first load of 1 week'))?.value === null).toBe(!hasShell);
    expect(goals.find(({ name }) => name.startsWith('first load of 52'))?.isMet).toBeNull();
    expect(tablesOf(results, goals)).toContain('| first load ');
    const document = JSON.parse(benchDocument(results, goals));
    expect(document).toMatchObject({ rounds: 1, start_up: { length: 3 } });
    expect(document.loads[0].steps[0]).toMatchObject({ step: 'first', rows: 120, bytes_per_row: expect.any(Number) });
  });

  it.skipIf(shellVersion() === null)('lets the shell keep just what the command keeps', async () => {
    const place = newPlace();
    const weeks = writeWeeks(place, 2, TINY);
    const [own, shell] = [join(place, 'own.db'), join(place, 'shell.db')];
    await runStep(PUBLISHED_COMMAND, 'first', weeks, own);
    await loadWithShell(weeks, shell);
    for (const [view, columns] of Object.entries(VIEW_COLUMNS)) {
      const rows = (path: string): string[] =>
        query(path, `SELECT ${columns} FROM finra_otc_transparency_${view}_latest`).map(rowText).sort();
      expect(rows(own).length).toBeGreaterThan(0);
      expect(rows(shell)).toEqual(rows(own));
    }
  });

  it('refuses to measure a command that fails', async () => {
    const plan = { dir: newPlace(), rounds: 1, weeks: [1], size: TINY, scenarios: SCENARIOS, progress: () => {} };
    await expect(measure({ ...plan, command: '/nowhere/command.js' })).rejects.toThrow('/nowhere/command.js');
    await expect(measure({ ...plan, command: join(import.meta.dirname, 'no-such-folder') })).rejects.toThrow();
  });
});

describe('the files of a benchmark', () => {
  it('are the same whatever the number of weeks, and the revised folder differs in one', () => {
    const place = newPlace();
    const [one, two] = [writeWeeks(place, 1, TINY), writeWeeks(place, 2, TINY)];
    expect([one.rows, two.rows]).toEqual([120, 240]);
    for (const partition of one.partitions) {
      const files = [one.dataDir, two.dataDir].map((dir) => statSync(filePath(dir, partition)).ino);
      expect(files[0]).toBe(files[1]);
    }
    const text = (dir: string, partition: (typeof two.partitions)[number]): string =>
      readFileSync(filePath(dir, partition), 'utf8');
    const changed = two.partitions.filter((each) => text(two.dataDir, each) !== text(two.revisedDir, each));
    expect(changed).toEqual([REVISED]);
  });
});

describe('the figures of a benchmark', () => {
  it('are medians, and ratios are taken round by round', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
    expect(() => median([])).toThrow('no values');
    expect(ratioOf([2, 30, 4], [1, 10, 4])).toEqual({ median: 2, low: 1, high: 3 });
  });

  it.each([
    [0.4, true, true],
    [0.5, false, true],
    [0.8, false, true],
    [0.81, false, false],
  ])('judge a first load of 6 weeks at %s x the shell', (ratio, isMet, isTolerated) => {
    const goal = judge(resultsOf({ ratio: { median: ratio, low: ratio, high: ratio } })).find(({ name }) =>
      name.startsWith('first load of 6 weeks'),
    );
    expect(goal).toMatchObject({ value: ratio, isMet, isTolerated });
  });

  it('make a check fail when one is beyond what is tolerated, or there is nothing to compare with', () => {
    const good = resultsOf({ bytesPerRow: 100 });
    expect(complaints(good, judge(good))).toEqual([]);
    const large = resultsOf({ bytesPerRow: 150 });
    expect(complaints(large, judge(large))).toEqual(['database, bytes a source row: 150.00, where 140 is tolerated']);
    const alone = { ...good, machine: { ...good.machine, shell: null } };
    expect(complaints(alone, judge(alone))).toEqual([
      'the sqlite3 program is not installed, so that there is nothing to compare with',
    ]);
  });
});

describe('the options of the benchmark', () => {
  it('have defaults, smaller ones for a check', () => {
    expect(readBenchOptions([])).toMatchObject({ weeks: [1, 6, 52], rounds: 5, check: false, json: false, dir: null });
    expect(readBenchOptions(['--check'])).toMatchObject({ weeks: [6], rounds: 3, scenarios: SCENARIOS });
    expect(readBenchOptions(['--weeks', '6,1', '--only', 'load'])).toMatchObject({
      weeks: [1, 6],
      scenarios: ['load'],
    });
    expect(readBenchOptions(['--help'])).toBeNull();
  });

  it.each([
    [['--weeks', '53'], '"53"'],
    [['--weeks', '1,'], '""'],
    [['--rounds', '0'], '"0"'],
    [['--only', 'speed'], '"speed"'],
    [['--fast'], '--fast'],
  ])('refuse %s', (argv, named) => {
    expect(() => readBenchOptions(argv)).toThrow(named);
  });
});

function resultsOf(first: Partial<StepResult>): Results {
  const step: StepResult = { step: 'first', rows: 1, seconds: 1, peakBytes: null, bytesPerRow: null, ratio: null };
  return {
    machine: { cpu: '', cores: 2, memoryBytes: 0, system: '', node: '', sqlite: '', shell: '3.40.1', loadAverage: 0 },
    rounds: 1,
    startUp: [],
    loads: [{ weeks: 6, rows: 1, steps: [{ ...step, ...first }] }],
    reading: null,
  };
}

// Sums of doubles may differ in their last digit by the order of what is added.
function rowText(row: Record<string, unknown>): string {
  return JSON.stringify(Object.values(row), (_, cell) =>
    typeof cell === 'bigint' ? `${cell}` : typeof cell === 'number' ? cell.toFixed(12) : cell,
  );
}
